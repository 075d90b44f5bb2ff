import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Segmented } from 'antd';
import { hub } from '../../api/hub';
import type { CaseInput, GridCase } from '../../api/types';
import { useWords } from '../../i18n';
import { hubClock, parseTime } from '../../lib/time';
import { SeriesChart } from '../../parts/SeriesChart';

const around = 30 * 60_000;

/** The readings that fired, half an hour either way, against the line they crossed. */
export function Readings({ of: c }: { of: GridCase }) {
  const { t, word } = useWords();
  const series = useMemo(() => plotted(c.inputs), [c.inputs]);
  const [at, setAt] = useState(0);
  const input = series[Math.min(at, series.length - 1)];
  const from = parseTime(input?.at) - around;
  const to = Math.min(parseTime(input?.at) + around, Math.max(hubClock.now(), parseTime(input?.at) + 60_000));
  const readings = useQuery({
    queryKey: ['readings', c.id, input?.device, input?.channel, from],
    queryFn: ({ signal }) => hub.readings({ device: input!.device, channel: input!.channel, from: Math.round(from), to: Math.round(to) }, signal),
    enabled: input !== undefined, refetchInterval: c.open ? 15_000 : false,
  });
  if (!input) return null;
  return (
    <section className="box">
      <h2>{t('case.readings')} <small>{t('case.readingsHint')}</small></h2>
      {series.length > 1 ? <div className="in" style={{ paddingBottom: 0, overflowX: 'auto' }}><Segmented size="small" value={at} onChange={setAt} options={series.slice(0, 6).map((s, n) => ({ value: n, label: `${word('channel', s.channel)} · ${s.device}` }))} /></div> : null}
      <SeriesChart
        height={280} name={word('channel', input.channel)} unit={readings.data?.unit || input.unit} points={readings.data?.items ?? []} from={from} to={to}
        thresholds={c.inputs.filter((i) => i.channel === input.channel && i.device === input.device && i.threshold !== null).map((i) => i.threshold!)}
        marks={c.inputs.filter((i) => i.device === input.device && i.channel === input.channel).map((i) => ({ at: parseTime(i.at), value: i.value }))}
        opened={parseTime(c.openedAt)} empty={readings.isPending ? t('app.loading') : readings.isError ? readings.error.message : t('case.noReadings')}
      />
    </section>
  );
}

/** A plain channel has a curve; an event or a computed quantity (`rate(port_temp, 120 s)`) has none of its own. */
const isChannel = (name: string): boolean => /^\w+$/.test(name) && name !== 'confidence';

/** One curve for each device and channel. */
function plotted(inputs: readonly CaseInput[]): CaseInput[] {
  const known = new Map<string, CaseInput>();
  for (const i of inputs) if (isChannel(i.channel) && !known.has(`${i.device}/${i.channel}`)) known.set(`${i.device}/${i.channel}`, i);
  return [...known.values()];
}
