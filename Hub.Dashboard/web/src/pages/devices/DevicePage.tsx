import { useQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { hub } from '../../api/hub';
import type { DeviceDetail, LatestReading } from '../../api/types';
import { useWords } from '../../i18n';
import { figure } from '../../lib/plain';
import { hubClock } from '../../lib/time';
import { Page } from '../../parts/Page';
import { SeriesChart } from '../../parts/SeriesChart';
import { SeverityMark } from '../../parts/SeverityMark';
import { Loading, SimMark, Trouble } from '../../parts/states';
import { LiveAge, Moment } from '../../parts/times';
import { Watched } from './Watched';
import '../../theme/device.css';

const hours = [1, 6, 24, 168] as const;
/** Points a chart can show; longer spans are averaged into steps. */
const points = 720;
const chartLimit = 8;

export default function DevicePage() {
  const { id = '' } = useParams();
  const { t, pick } = useWords();
  const [span, setSpan] = useState<number>(6);
  const found = useQuery({ queryKey: ['device', id], queryFn: ({ signal }) => hub.device(id, signal), refetchInterval: 10_000 });
  if (found.isPending) return <Loading />;
  if (!found.data) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  const d = found.data;
  const drawn = d.latest.filter((l) => l.text === null).slice(0, chartLimit);
  return (
    <Page
      title={d.name || d.id} lead={<>{pick(d.kindZh, d.kindEn)} · <span className="mono">{d.id}</span> {d.sim ? <SimMark /> : null}</>}
      extra={<Segmented value={span} onChange={setSpan} options={hours.map((h) => ({ value: h, label: t(`device.span_${h}`) }))} />}
    >
      <div className="device-grid">
        <div className="charts">
          {drawn.length === 0 ? <p className="box in-pad quiet">{t('device.noReadings')}</p> : null}
          {drawn.map((l, n) => <ChannelChart key={l.channel} device={d.id} of={l} spanHours={span} colour={n} />)}
        </div>
        <div className="case-side">
          <Facts of={d} />
          <Latest of={d} />
          <CasesHere of={d} />
        </div>
      </div>
    </Page>
  );
}

function ChannelChart({ device, of: l, spanHours, colour }: { device: string; of: LatestReading; spanHours: number; colour: number }) {
  const { t, pick } = useWords();
  const readings = useQuery({
    queryKey: ['readings', device, l.channel, spanHours],
    queryFn: async ({ signal }) => {
      const to = Math.round(hubClock.now());
      const from = to - spanHours * 3_600_000;
      const step = Math.max(1_000, Math.round((to - from) / points / 1_000) * 1_000);
      const series = await hub.readings({ device, channel: l.channel, from, to, step, limit: points + 2 }, signal);
      return { from, to, items: series.items };
    },
    refetchInterval: 15_000,
  });
  const now = hubClock.now();
  return (
    <figure className="box">
      <SeriesChart
        height={190} name={pick(l.titleZh, l.titleEn)} unit={l.unit} points={readings.data?.items ?? none} colour={colour}
        from={readings.data?.from ?? now - spanHours * 3_600_000} to={readings.data?.to ?? now}
        empty={readings.isPending ? t('app.loading') : readings.isError ? readings.error.message : t('device.noReadings')}
      />
    </figure>
  );
}
const none: never[] = [];

function Facts({ of: d }: { of: DeviceDetail }) {
  const { t, pick, language } = useWords();
  return (
    <section className="box">
      <h2>{t('case.facts')}</h2>
      <dl className="facts in">
        <dt>{t('device.watch')}</dt><dd><Watched online={d.online} /> {d.disabled ? <span className="due over">{t('device.disabled')}</span> : null}</dd>
        <dt>{t('device.lastSeen')}</dt><dd><LiveAge at={d.lastSeen} /></dd>
        {d.perSecond === null ? null : <><dt>{t('device.rate')}</dt><dd className="num">{t('device.perSecond', { rate: figure(d.perSecond, language) })}</dd></>}
        {d.quarantineEnds === null ? null : <><dt>{t('device.quarantine')}</dt><dd><span className="due over">{t('device.quarantineEnds', { time: d.quarantineEnds.slice(11, 16) })}</span></dd></>}
        <dt>{t('case.place')}</dt><dd>{pick(d.placeTitleZh, d.placeTitleEn) || '–'}<br /><span className="mono faint">{d.place}</span></dd>
        {Object.entries(d.attributes).map(([k, v]) => <FactRow key={k} name={k} value={v} />)}
      </dl>
    </section>
  );
}

const FactRow = ({ name, value }: { name: string; value: string }) => <><dt className="mono">{name}</dt><dd>{value}</dd></>;

function Latest({ of: d }: { of: DeviceDetail }) {
  const { t, pick, language } = useWords();
  if (d.latest.length === 0) return null;
  return (
    <section className="box">
      <h2>{t('device.latest')}</h2>
      <div className="table-box">
        <table className="plain"><tbody>
          {d.latest.map((l) => (
            <tr key={l.channel}>
              <td>{pick(l.titleZh, l.titleEn)}</td>
              <td className="right num"><b>{l.text ?? figure(l.value, language)}</b> {l.unit}</td>
              <td className="right faint"><LiveAge at={l.at} /></td>
            </tr>
          ))}
        </tbody></table>
      </div>
    </section>
  );
}

/** Cases at the device's place in which it took part, open or not. */
function CasesHere({ of: d }: { of: DeviceDetail }) {
  const { t, matterOf } = useWords();
  const cases = useQuery({ queryKey: ['cases', 'of-device', d.id], queryFn: ({ signal }) => hub.cases({ place: siteOf(d.place), limit: 200 }, signal), enabled: d.place !== '' });
  const mine = cases.data?.items.filter((c) => c.devices.includes(d.id)) ?? [];
  return (
    <section className="box">
      <h2>{t('device.cases')}</h2>
      {mine.length === 0 ? <p className="in quiet">{t('device.noCases')}</p> : (
        <div className="table-box"><table className="plain"><tbody>
          {mine.slice(0, 20).map((c) => (
            <tr key={c.id}>
              <td><SeverityMark severity={c.severity} word={false} /></td>
              <td style={{ whiteSpace: 'normal' }}><Link to={`/cases/${encodeURIComponent(c.id)}`}>{matterOf(c)}</Link></td>
              <td className="quiet">{t(`state.${c.state}`)}</td>
              <td className="right"><Moment at={c.openedAt} /></td>
            </tr>
          ))}
        </tbody></table></div>
      )}
    </section>
  );
}

/** The building or shed a device belongs to: cases are often about the place around it. */
const siteOf = (place: string): string => place.split('/').slice(0, 3).join('/');
