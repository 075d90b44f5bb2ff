import { LineChart } from 'echarts/charts';
import { DataZoomComponent, GridComponent, MarkLineComponent, MarkPointComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import type { EChartsType } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useMemo, useRef } from 'react';
import type { SeriesPoint } from '../api/types';
import { useWords } from '../i18n';
import { figure } from '../lib/plain';
import { parseTime, siteZone } from '../lib/time';
import { fonts } from '../theme/antd';
import { useMode } from '../theme/mode';
import { paletteOf } from '../theme/palette';
import { formatWall } from './times';

use([LineChart, GridComponent, TooltipComponent, MarkLineComponent, MarkPointComponent, DataZoomComponent, CanvasRenderer]);

export interface SeriesChartProps {
  name: string;
  unit: string;
  points: readonly SeriesPoint[];
  from: number;
  to: number;
  height: number;
  /** Drawn as labelled lines across. */
  thresholds?: readonly number[];
  /** The readings that crossed. */
  marks?: readonly { at: number; value: number }[];
  /** When the case opened: a line down. */
  opened?: number;
  /** What to say when there is nothing to draw. */
  empty?: string;
  colour?: number;
}

/** One series over time, with what it was judged against. The same look in dark and light. */
export function SeriesChart({ name, unit, points, from, to, height, thresholds = [], marks = [], opened, empty = '', colour = 0 }: SeriesChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const mode = useMode();
  const { t, language } = useWords();
  const data = useMemo(() => points.filter((p) => p.value !== null).map((p) => [siteZone.wall(parseTime(p.at)), p.value] as [number, number]), [points]);

  useEffect(() => {
    const view = init(box.current!, undefined, { renderer: 'canvas' });
    chart.current = view;
    const watcher = new ResizeObserver(() => view.resize());
    watcher.observe(box.current!);
    return () => {
      watcher.disconnect();
      view.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    const p = paletteOf(mode);
    const tone = p.lines[colour % p.lines.length]!;
    const lines = [...new Set(thresholds)].sort((a, b) => b - a);
    const values = [...data.map((d) => d[1]), ...lines, ...marks.map((m) => m.value)].filter(Number.isFinite);
    const low = Math.min(...values), high = Math.max(...values), room = (high - low || Math.abs(high) || 1) * 0.12;
    chart.current?.setOption({
      animation: false,
      useUTC: true,
      textStyle: { fontFamily: fonts, color: p.ink2 },
      grid: { left: 56, right: 22, top: 34, bottom: 30 },
      tooltip: {
        trigger: 'axis', backgroundColor: p.raised, borderColor: p.line, textStyle: { color: p.ink, fontSize: 12 }, axisPointer: { lineStyle: { color: p.ink3 } },
        formatter: (rows: { value: [number, number] }[]) => {
          const v = rows[0]?.value;
          return v ? `${formatWall(v[0], language, true)}<br/><b>${figure(v[1], language)}</b> ${unit}` : '';
        },
      },
      xAxis: {
        type: 'time', min: siteZone.wall(from), max: siteZone.wall(to), axisLine: { lineStyle: { color: p.line } }, axisTick: { lineStyle: { color: p.line } }, splitLine: { show: false },
        axisLabel: { color: p.ink2, hideOverlap: true },
      },
      yAxis: {
        type: 'value', name: unit ? `${name} ${unit}` : name, nameTextStyle: { color: p.ink2, align: 'left', padding: [0, 0, 4, -42] }, scale: true,
        min: Number.isFinite(low) ? round(low >= 0 && low - room < 0 ? 0 : low - room) : undefined, max: Number.isFinite(high) ? round(high + room) : undefined,
        axisLabel: { color: p.ink2 }, splitLine: { lineStyle: { color: p.line, opacity: 0.6 } },
      },
      dataZoom: [{ type: 'inside', zoomOnMouseWheel: 'shift' }],
      series: [{
        type: 'line', data, showSymbol: data.length < 40, symbolSize: 4, sampling: 'lttb', lineStyle: { color: tone, width: 1.8 }, itemStyle: { color: tone },
        areaStyle: { color: tone, opacity: 0.07 },
        markLine: {
          silent: true, symbol: 'none',
          data: [
            ...lines.map((y, n) => ({ yAxis: y, lineStyle: { color: p.severity.P1, type: 'dashed', width: 1.4 }, label: { formatter: `${t('case.threshold')} ${figure(y, language)} ${unit}`, color: p.severity.P1, position: n % 2 === 0 ? 'insideStartTop' : 'insideMiddleTop' } })),
            ...(opened ? [{ xAxis: siteZone.wall(opened), lineStyle: { color: p.ink3, type: 'solid', width: 1 }, label: { formatter: t('case.openedMark'), color: p.ink2, position: 'end' } }] : []),
          ],
        },
        markPoint: {
          silent: true, symbol: 'diamond', symbolSize: 13, itemStyle: { color: p.severity.P1, borderColor: p.panel, borderWidth: 1.5 },
          label: { show: true, position: 'top', color: p.ink, fontWeight: 600, formatter: (m: { value: unknown }) => `${figure(Number(m.value), language)} ${unit}` },
          data: marks.slice(-4).map((m) => ({ coord: [siteZone.wall(m.at), m.value], value: m.value })),
        },
      }],
    }, { notMerge: true });
  }, [data, mode, language, from, to, thresholds, marks, opened, unit, name, colour, t]);

  return (
    <div style={{ position: 'relative' }}>
      <div ref={box} style={{ height }} role="img" aria-label={`${name} ${unit}`} />
      {data.length === 0 ? <p className="chart-empty quiet">{empty}</p> : null}
    </div>
  );
}

const round = (v: number): number => Number(v.toPrecision(3));
