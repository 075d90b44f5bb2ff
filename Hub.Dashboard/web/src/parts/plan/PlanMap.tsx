import { Map as MapView, Marker, setWorkerUrl } from 'maplibre-gl';
import type { GeoJSONSource } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Community, GridCase } from '../../api/types';
import { useWords } from '../../i18n';
import { paletteOf } from '../../theme/palette';
import { useMode } from '../../theme/mode';
import { severityShape } from '../SeverityMark';
import { boundsOf, devicePoints, positionOf } from './shape';
import { planStyle } from './style';
import '../../theme/plan.css';

setWorkerUrl(workerUrl);

interface PlanMapProps {
  community: Community;
  /** Worst first; only so many are marked. */
  cases: readonly GridCase[];
  /** The case to look at; null shows the whole plan. */
  focus?: GridCase | null;
  grids?: GeoJSON.FeatureCollection;
  onCase?: (c: GridCase) => void;
  onDevice?: (id: string) => void;
}

const markLimit = 150;
const closeZoom = 18;

export function PlanMap({ community, cases, focus = null, grids, onCase, onDevice }: PlanMapProps) {
  const { t, language, pick, matterOf } = useWords();
  const palette = paletteOf(useMode());
  const box = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapView | null>(null);
  const [failed, setFailed] = useState(false);
  const titleField = language === 'en' ? 'titleEn' : 'titleZh';
  const bounds = useMemo(() => boundsOf(community.plan.features.filter((f) => f.properties?.kind !== 'road')) ?? boundsOf(devicePoints(community.devices).features), [community]);
  const open = useRef({ onCase, onDevice });
  open.current = { onCase, onDevice };

  useEffect(() => {
    let view: MapView;
    try {
      view = new MapView({
        container: box.current!, style: planStyle(palette, titleField), attributionControl: false, dragRotate: false, pitchWithRotate: false,
        touchPitch: false, maxZoom: 20.5, minZoom: 12, bounds: bounds ?? undefined, fitBoundsOptions: { padding: 24 }, trackResize: true,
      });
    } catch {
      setFailed(true);
      return;
    }
    view.on('load', () => setMap(view));
    view.on('click', 'device', (e) => {
      const id = e.features?.[0]?.properties.id as string | undefined;
      if (id) open.current.onDevice?.(id);
    });
    return () => {
      setMap(null);
      view.remove();
    };
    // A new style (theme, language) is a new map: both change rarely, and half-restyled maps look broken.
  }, [palette, titleField, bounds]);

  useEffect(() => {
    const source = map?.getSource('plan') as GeoJSONSource | undefined;
    source?.setData(community.plan);
    const dots = map?.getSource('devices') as GeoJSONSource | undefined;
    dots?.setData(devicePoints(community.devices));
  }, [map, community]);

  useEffect(() => {
    if (!map) return;
    const source = map.getSource('grids') as GeoJSONSource;
    if (grids) source.setData(grids);
    map.setLayoutProperty('grid-line', 'visibility', grids ? 'visible' : 'none');
  }, [map, grids]);

  useCaseMarks(map, community, cases, focus, open, (c) => `${c.severity} ${t(`severity.${c.severity}`)} · ${matterOf(c)} · ${pick(c.placeTitleZh, c.placeTitleEn)}`);

  useEffect(() => {
    if (!map || !bounds) return;
    const at = focus ? positionOf(focus, community) : null;
    if (at) map.jumpTo({ center: at, zoom: closeZoom });
    else map.fitBounds(bounds, { padding: 24, duration: 0 });
    // Only the case looked at moves the map, not every change of it.
  }, [map, bounds, focus?.id]);

  if (failed) return <div className="plan plan-none"><p>{t('plan.none')}</p></div>;
  return <div className="plan" ref={box} role="region" aria-label={t('plan.label')} />;
}

/** Case marks are real buttons: they have names, take the keyboard, and follow the theme. */
function useCaseMarks(
  map: MapView | null, community: Community, cases: readonly GridCase[], focus: GridCase | null,
  open: React.RefObject<{ onCase?: (c: GridCase) => void }>, nameOf: (c: GridCase) => string,
) {
  const marks = useRef(new Map<string, { marker: Marker; look: string }>());
  useEffect(() => {
    const all = marks.current;
    return () => {
      for (const { marker } of all.values()) marker.remove();
      all.clear();
    };
  }, [map]);
  useEffect(() => {
    if (!map) return;
    const keep = new Set<string>();
    for (const c of cases.slice(0, markLimit)) {
      const at = positionOf(c, community);
      if (!at) continue;
      keep.add(c.id);
      const name = nameOf(c);
      const look = `${c.severity}|${name}|${c.id === focus?.id}|${at.join()}`;
      const known = marks.current.get(c.id);
      if (known?.look === look) continue;
      known?.marker.remove();
      const element = caseElement(c, name, c.id === focus?.id, () => open.current?.onCase?.(c));
      marks.current.set(c.id, { look, marker: new Marker({ element }).setLngLat(at).addTo(map) });
    }
    for (const [id, { marker }] of marks.current)
      if (!keep.has(id)) {
        marker.remove();
        marks.current.delete(id);
      }
  });
}

function caseElement(c: GridCase, name: string, focused: boolean, open: () => void): HTMLElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = `case-mark ${c.severity}${focused ? ' focused' : ''}`;
  element.title = name;
  element.setAttribute('aria-label', name);
  element.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${severityShape[c.severity]}"/><text x="12" y="16.8">${c.severity[1]}</text></svg>`;
  element.style.zIndex = String(5 - Number(c.severity[1]));
  element.addEventListener('click', (e) => {
    e.stopPropagation();
    open();
  });
  return element;
}
