import { useQuery } from '@tanstack/react-query';
import { Button, DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useMemo, useState } from 'react';
import { hub } from '../api/hub';
import { hubClock, siteZone } from '../lib/time';
import { depths } from '../lib/tree';
import type { ReportRow } from '../api/types';
import { useWords } from '../i18n';
import { Page } from '../parts/Page';
import { Loading, Note, Trouble } from '../parts/states';
import { Moment } from '../parts/times';
import '../theme/ledger.css';

const counted = ['reported', 'filed', 'dispatched', 'returned', 'handled', 'reworked', 'closed', 'closedInTime', 'overdue', 'recurred'] as const;

/** The month's indicators by grid, type and unit. Rates are of the sums, so children add up to their parent. */
export default function ReportsPage() {
  const { t, pick, word } = useWords();
  const [month, setMonth] = useState(() => new Date(siteZone.wall(hubClock.now())).toISOString().slice(0, 7));
  const report = useQuery({ queryKey: ['report', month], queryFn: ({ signal }) => hub.report(month, signal) });
  const r = report.data;
  return (
    <Page title={t('nav.reports')} lead={t('report.lead')} extra={<><Button className="no-print" onClick={() => print()} style={{ marginRight: 8 }}>{t('report.print')}</Button><DatePicker picker="month" allowClear={false} value={dayjs(`${month}-01`)} onChange={(d) => d && setMonth(d.format('YYYY-MM'))} aria-label={t('report.month')} /></>}>
      {report.isPending ? <Loading /> : !r ? <Trouble error={report.error} retry={() => void report.refetch()} /> : r.total.reported === 0
        ? <Note title={t('report.none')}><p>{t('report.noneHint')}</p></Note>
        : (
          <div className="case-main">
            <Grids rows={r.byGrid} total={r.total} name={(x) => <>{pick(x.titleZh, x.titleEn) || x.key} {x.dedicated ? <span className="sim">{t('report.dedicated')}</span> : null}</>} />
            <Rows title={t('report.byType')} rows={r.byType} total={r.total} name={(x) => word('type', x.key)} />
            <Rows title={t('report.byUnit')} rows={r.byUnit} total={r.total} name={(x) => word('role', x.key)} />
            {(r.byRule ?? []).length > 0 ? <Rows title={t('report.byRule')} rows={r.byRule} total={r.total} name={(x) => (x.key ? <span className="mono">{x.key}</span> : t('report.byPeople'))} /> : null}
            <p className="print-only">{t('report.asOf')} <Moment at={r.asOf} /></p>
          </div>
        )}
    </Page>
  );
}

/** The grid tree, the large grids first; the smallest (a building, a stairwell) on request. */
function Grids({ rows, total, name }: { rows: readonly ReportRow[]; total: ReportRow; name: (r: ReportRow) => React.ReactNode }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const depth = useMemo(() => depths(rows), [rows]);
  const shown = all ? rows : rows.filter((r) => depth(r) < largeDepth);
  return (
    <>
      <Rows title={t('report.byGrid')} rows={shown} total={total} name={(r) => <span style={{ paddingLeft: depth(r) * 18 }}>{name(r)}</span>} />
      {shown.length < rows.length ? <div className="more"><button type="button" className="fold" onClick={() => setAll(true)}>{t('report.small', { count: rows.length - shown.length })}</button></div> : null}
    </>
  );
}

const largeDepth = 3;

function Rows({ title, rows, total, name }: { title: string; rows: readonly ReportRow[]; total: ReportRow; name: (r: ReportRow) => React.ReactNode }) {
  const { t, language } = useWords();
  const n = (v: number | undefined) => (v ?? 0).toLocaleString(language);
  const rate = (part: number, whole: number) => (whole > 0 ? `${((part / whole) * 100).toFixed(1)} %` : '–');
  const line = (r: ReportRow, label: React.ReactNode, strong = false) => (
    <tr key={r.key || 'total'} style={strong ? { fontWeight: 600 } : undefined}>
      <td>{label}</td>
      {counted.map((c) => <td key={c} className="right num">{n(r[c])}</td>)}
      <td className="right num">{rate(r.closedInTime, r.due)}</td>
    </tr>
  );
  return (
    <section className="box">
      <h2>{title}</h2>
      <div className="table-box">
        <table className="plain">
          <thead><tr><th><span className="unseen">{title}</span></th>{counted.map((c) => <th key={c} className="right">{t(`report.${c}`)}</th>)}<th className="right">{t('report.onTime')}</th></tr></thead>
          <tbody>{rows.map((r) => line(r, name(r)))}{line(total, t('report.total'), true)}</tbody>
        </table>
      </div>
    </section>
  );
}
