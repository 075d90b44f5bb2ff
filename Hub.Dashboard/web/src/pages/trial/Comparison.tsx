import { Link } from 'react-router';
import type { Figures, TrialChange, TrialReport, TrialRow, Verdicts, Workload } from '../../api/trials';
import { severityOf } from '../../api/normalise';
import { useWords } from '../../i18n';
import { SeverityMark } from '../../parts/SeverityMark';
import { Moment } from '../../parts/times';

/** What the tried rules would have made of the past, beside those in force. */
export function Comparison({ of: r }: { of: TrialReport }) {
  const { t, language } = useWords();
  const n = (x: number) => x.toLocaleString(language);
  const same = r.total.cases.gained + r.total.cases.lost + r.total.cases.earlier + r.total.cases.later === 0 && r.changes.length === 0;
  return (
    <>
      <section className={same ? 'verdict ok' : 'verdict'} aria-live="polite">
        <b>{same ? t('trial.same') : t('trial.differs', { now: n(r.total.cases.now), tried: n(r.total.cases.tried), alertsNow: n(r.total.alerts.now), alertsTried: n(r.total.alerts.tried) })}</b>
        <span>{t('trial.read', { messages: n(r.messages), readings: n(r.readings), seconds: r.seconds.toLocaleString(language) })} <Moment at={r.from} /> – <Moment at={r.to} /></span>
      </section>
      <Sums of={r.total} />
      <Rules rows={r.rules} total={r.total} />
      <div className="trial-two">
        <Differences rows={r.changes} leftOut={r.changesLeftOut} />
        <Work rows={r.workload} />
      </div>
    </>
  );
}

const kinds = ['gained', 'lost', 'earlier', 'later'] as const;

function Sums({ of: { cases, now, tried } }: { of: TrialRow }) {
  const { t, language } = useWords();
  return (
    <dl className="trial-sums">
      {kinds.map((k) => <div key={k} className={k}><dt>{t(`trial.${k}`)}</dt><dd className="num">{cases[k].toLocaleString(language)}</dd></div>)}
      <div><dt>{t('trial.precision')}</dt><dd className="num"><Pair now={now.precision} tried={tried.precision} /></dd></div>
      <div><dt>{t('trial.recall')}</dt><dd className="num"><Pair now={now.recall} tried={tried.recall} /></dd></div>
    </dl>
  );
}

const percent = (x: number | null) => (x === null ? '–' : `${(x * 100).toFixed(0)} %`);

function Pair({ now, tried }: { now: number | null; tried: number | null }) {
  return now === null && tried === null ? <span className="faint">–</span> : <>{percent(now)} → {percent(tried)}</>;
}

const tell = (v: Verdicts, t: (k: string, values?: Record<string, unknown>) => string) => t('trial.verdicts', { confirmed: v.confirmed, dismissed: v.dismissed, missed: v.missed });

function Rules({ rows, total }: { rows: readonly TrialRow[]; total: TrialRow }) {
  const { t, pick } = useWords();
  return (
    <section className="box">
      <h2>{t('trial.byRule')} <small>{t('trial.byRuleHint')}</small></h2>
      <div className="table-box">
        <table className="plain">
          <thead>
            <tr>
              <th>{t('trial.rule')}</th><th>{t('trial.version')}</th><th className="right">{t('trial.cases')}</th>
              {kinds.map((k) => <th key={k} className="right">{t(`trial.${k}`)}</th>)}
              <th className="right">{t('trial.shift')}</th><th className="right">{t('trial.alerts')}</th><th className="right">{t('trial.precision')}</th><th className="right">{t('trial.recall')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((r) => (
              <tr key={r.rule} className={r.changed ? 'changed' : undefined}>
                <td><Link to={`/rules/${encodeURIComponent(r.rule)}`}>{pick(r.titleZh, r.titleEn)}</Link> <span className="mono faint">{r.rule}</span></td>
                <td className="num">{r.version === r.triedVersion ? r.version : <b>{r.version || '–'} → {r.triedVersion || '–'}</b>}</td>
                <Cells of={r} />
              </tr>
            ))}
            <tr style={{ fontWeight: 600 }}><td>{t('report.total')}</td><td /><Cells of={total} /></tr>
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Cells({ of: r }: { of: TrialRow }) {
  const { t, language } = useWords();
  const n = (x: number) => (x === 0 ? <span className="faint">0</span> : x.toLocaleString(language));
  const both = (f: Figures) => `${f.now.toLocaleString(language)} → ${f.tried.toLocaleString(language)}`;
  return (
    <>
      <td className="right num">{both(r.cases)}</td>
      {kinds.map((k) => <td key={k} className={`right num ${r.cases[k] ? k : ''}`}>{n(r.cases[k])}</td>)}
      <td className="right num"><Shift seconds={r.cases.shiftSeconds} /></td>
      <td className="right num">{both(r.alerts)}</td>
      <td className="right num" title={`${tell(r.now, t)} → ${tell(r.tried, t)}`}><Pair now={r.now.precision} tried={r.tried.precision} /></td>
      <td className="right num" title={`${tell(r.now, t)} → ${tell(r.tried, t)}`}><Pair now={r.now.recall} tried={r.tried.recall} /></td>
    </>
  );
}

/** How far a pair moved, in the unit a person says: minus is earlier. */
function Shift({ seconds }: { seconds: number | null }) {
  const { t } = useWords();
  if (seconds === null) return <span className="faint">–</span>;
  const size = Math.abs(seconds);
  const [value, unit] = size < 120 ? [size, 'second'] : size < 7200 ? [size / 60, 'minute'] : [size / 3600, 'hour'];
  return <>{seconds < 0 ? '−' : '+'}{t(`span.${unit}`, { count: Math.round(value * 10) / 10 })}</>;
}

function Differences({ rows, leftOut }: { rows: readonly TrialChange[]; leftOut: number }) {
  const { t, pick } = useWords();
  return (
    <section className="box">
      <h2>{t('trial.differences')} <small>{leftOut > 0 ? t('trial.leftOut', { count: leftOut }) : null}</small></h2>
      {rows.length === 0 ? <p className="in quiet">{t('trial.noDifference')}</p> : (
        <div className="table-box trial-list" tabIndex={0}>
          <table className="plain">
            <tbody>
              {rows.map((c, i) => (
                <tr key={i}>
                  <td><span className={`outcome ${c.kind}`}>{t(`trial.${c.kind}`)}</span></td>
                  <td><SeverityMark severity={severityOf(c.severity)} word={false} /></td>
                  <td style={{ whiteSpace: 'normal', minWidth: 200 }}>
                    {pick(c.titleZh, c.titleEn)} {c.case ? null : <span className="sim">{t('rules.shadow')}</span>}
                    <div className="mono faint">{c.rule}</div>
                  </td>
                  <td>
                    {c.nowAt && c.triedAt
                      ? <><Moment at={c.nowAt} /><div className="faint"><Shift seconds={(Date.parse(c.triedAt) - Date.parse(c.nowAt)) / 1000} /></div></>
                      : <Moment at={c.triedAt ?? c.nowAt} />}
                  </td>
                  <td>{c.verdict ? <span className={`outcome ${c.verdict}`}>{t(`trial.${c.verdict}`)}</span> : null}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Work({ rows }: { rows: readonly Workload[] }) {
  const { t, pick, language } = useWords();
  const most = Math.max(1, ...rows.map((r) => Math.max(r.nowPerDay, r.triedPerDay)));
  const n = (x: number) => x.toLocaleString(language, { maximumFractionDigits: 1 });
  return (
    <section className="box">
      <h2>{t('trial.workload')} <small>{t('trial.workloadHint')}</small></h2>
      {rows.length === 0 ? <p className="in quiet">{t('trial.noWork')}</p> : (
        <div className="table-box trial-list" tabIndex={0}>
          <table className="plain">
            <tbody>
              {rows.map((r) => (
                <tr key={r.grid}>
                  <td style={{ whiteSpace: 'normal' }}>{r.grid === '' ? t('trial.noGrid') : pick(r.title.zh, r.title.en)}<div className="faint">{r.worker || t('trial.noWorker')}</div></td>
                  <td className="bars" aria-hidden="true">
                    <i className="now" style={{ width: `${(r.nowPerDay / most) * 100}%` }} /><i className="tried" style={{ width: `${(r.triedPerDay / most) * 100}%` }} />
                  </td>
                  <td className="right num">{n(r.nowPerDay)} → <b>{n(r.triedPerDay)}</b></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
