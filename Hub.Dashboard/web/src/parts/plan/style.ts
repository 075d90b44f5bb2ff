import type { ExpressionSpecification, StyleSpecification } from 'maplibre-gl';
import type { Palette } from '../../theme/palette';

const kind = (name: string): ExpressionSpecification => ['==', ['get', 'kind'], name];
const anyOf = (...names: string[]): ExpressionSpecification => ['in', ['get', 'kind'], ['literal', names]];
const empty: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };

/** A map style of our own: only what the hub itself knows, nothing fetched from anywhere. */
export function planStyle(palette: Palette, titleField: 'titleZh' | 'titleEn'): StyleSpecification {
  const c = palette.plan;
  const widen = (small: number, large: number): ExpressionSpecification => ['interpolate', ['exponential', 1.6], ['zoom'], 15, small, 19, large];
  return {
    version: 8,
    sources: {
      plan: { type: 'geojson', data: empty },
      grids: { type: 'geojson', data: empty },
      devices: { type: 'geojson', data: empty },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': c.ground } },
      { id: 'road', type: 'line', source: 'plan', filter: kind('road'), paint: { 'line-color': c.road, 'line-width': widen(5, 60) } },
      { id: 'estate', type: 'fill', source: 'plan', filter: kind('estate'), paint: { 'fill-color': c.estate } },
      { id: 'estate-line', type: 'line', source: 'plan', filter: kind('estate'), paint: { 'line-color': c.estateLine, 'line-width': widen(1.2, 3) } },
      { id: 'green', type: 'fill', source: 'plan', filter: anyOf('green', 'yard'), paint: { 'fill-color': c.shed, 'fill-opacity': 0.28 } },
      { id: 'parking', type: 'fill', source: 'plan', filter: kind('parking'), paint: { 'fill-color': c.road } },
      { id: 'lane-area', type: 'fill', source: 'plan', filter: ['all', kind('lane'), ['==', ['geometry-type'], 'Polygon']], paint: { 'fill-color': c.lane, 'fill-opacity': 0.55 } },
      { id: 'lane-line', type: 'line', source: 'plan', filter: ['all', kind('lane'), ['==', ['geometry-type'], 'LineString']], paint: { 'line-color': c.lane, 'line-width': widen(1.6, 9), 'line-dasharray': [3, 2] } },
      { id: 'building', type: 'fill', source: 'plan', filter: anyOf('building', 'shop'), paint: { 'fill-color': c.building, 'fill-outline-color': c.buildingLine } },
      { id: 'shed', type: 'fill', source: 'plan', filter: kind('shed'), paint: { 'fill-color': c.shed, 'fill-outline-color': palette.accent } },
      { id: 'gate', type: 'fill', source: 'plan', filter: ['all', kind('gate'), ['==', ['geometry-type'], 'Polygon']], paint: { 'fill-color': c.label } },
      // Grids down to the block; stairwells would cover the plan.
      { id: 'grid-line', type: 'line', source: 'grids', filter: ['<=', ['coalesce', ['get', 'level'], 0], 3], layout: { visibility: 'none' }, paint: { 'line-color': palette.accent, 'line-width': 1, 'line-opacity': 0.55, 'line-dasharray': [4, 3] } },
      // Not watched is drawn hollow and grey: silence is not safety.
      {
        id: 'device', type: 'circle', source: 'devices',
        paint: {
          'circle-radius': widen(1.4, 5.5),
          'circle-color': ['case', ['get', 'online'], palette.accent, 'transparent'],
          'circle-opacity': ['case', ['get', 'online'], 0.62, 1],
          'circle-stroke-color': c.off,
          'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 15, ['case', ['get', 'online'], 0, 0.9], 19, ['case', ['get', 'online'], 0, 1.8]],
        },
      },
      {
        id: 'building-name', type: 'symbol', source: 'plan', minzoom: 17, filter: anyOf('building', 'shed'),
        layout: { 'text-field': ['get', titleField], 'text-size': 12, 'text-font': ['sans-serif'] },
        paint: { 'text-color': c.label, 'text-halo-color': c.halo, 'text-halo-width': 1.2 },
      },
      {
        id: 'estate-name', type: 'symbol', source: 'plan', maxzoom: 17.4, filter: kind('estate'),
        layout: { 'text-field': ['get', titleField], 'text-size': ['interpolate', ['linear'], ['zoom'], 14, 11, 17, 20], 'text-font': ['sans-serif'], 'text-letter-spacing': 0.08 },
        paint: { 'text-color': c.label, 'text-halo-color': c.halo, 'text-halo-width': 1.6 },
      },
    ],
  };
}
