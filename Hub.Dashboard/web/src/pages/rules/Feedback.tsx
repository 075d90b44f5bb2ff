import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link, useNavigate } from 'react-router';
import { feedback, mayTry } from '../../api/trials';
import type { Advice, Offender, RuleVerdicts, Verdicts } from '../../api/trials';
import { useWords } from '../../i18n';
import { keepDrafts, keptDrafts } from '../../lib/drafts';
import { useMe } from '../../parts/session';
import { Moment } from '../../parts/times';

const percent = (x: number | null) => (x === null ? '–' : `${(x * 100).toFixed(0)} %`);

/** What people said of this rule's cases, by version; the devices they dismissed; what to change, and what a trial said of that. */
export function Feedback({ rule }: { rule: string }) {
  const { t } = useWords();
  const me = useMe();
  const said = useQuery({ queryKey: ['feedback', rule], queryFn: ({ signal }) => feedback.read(rule, signal), refetchInterval: 60_000 });
  const advice = useQuery({ queryKey: ['advice', rule], queryFn: ({ signal }) => feedback.advice(rule, signal), enabled: mayTry(me.roles), refetchInterval: (q) => (q.state.data?.some((a) => a.judgement === 'trying') ? 1_000 : 60_000) });
  if (!said.data) return null;
  const { rules, devices } = said.data;
  return (
    <section className="box">
      <h2>{t('feedback.title')} <small>{t('feedback.hint')}</small></h2>
      {rules.length === 0 ? <p className="in quiet">{t('feedback.none')}</p> : <Versions rows={rules} />}
      {devices.length > 0 ? <Offenders rows={devices} /> : null}
      {advice.data && advice.data.length > 0 ? <Advised rows={advice.data} /> : null}
    </section>
  );
}

function Versions({ rows }: { rows: readonly RuleVerdicts[] }) {
  const { t, language } = useWords();
  const n = (x: number) => x.toLocaleString(language);
  return (
    <div className="table-box">
      <table className="plain">
        <thead><tr><th>{t('trial.version')}</th><th className="right">{t('trial.cases')}</th><th className="right">{t('trial.confirmed')}</th><th className="right">{t('trial.dismissed')}</th><th className="right">{t('feedback.open')}</th><th className="right">{t('feedback.again')}</th><th className="right">{t('trial.precision')}</th></tr></thead>
        <tbody>
          {rows.map((r) => (
            <tr key={r.version} style={r.version === '' ? { fontWeight: 600 } : undefined}>
              <td>{r.version || t('report.total')}</td><td className="right num">{n(r.cases)}</td><td className="right num">{n(r.confirmed)}</td><td className="right num">{n(r.dismissed)}</td>
              <td className="right num">{n(r.open)}</td><td className="right num">{n(r.again)}</td><td className="right num">{percent(r.precision)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Offenders({ rows }: { rows: readonly Offender[] }) {
  const { t, language } = useWords();
  return (
    <>
      <h3 className="in sub">{t('feedback.offenders')}</h3>
      <div className="table-box">
        <table className="plain">
          <tbody>
            {rows.slice(0, 12).map((d) => (
              <tr key={d.device}>
                <td><Link className="mono" to={`/devices/${encodeURIComponent(d.device)}`}>{d.device}</Link></td>
                <td className="num">{t('feedback.dismissedOf', { dismissed: d.dismissed.toLocaleString(language), cases: d.cases.toLocaleString(language) })}</td>
                <td className="right"><Moment at={d.lastAt} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Advised({ rows }: { rows: readonly Advice[] }) {
  const { t } = useWords();
  const go = useNavigate();
  const queries = useQueryClient();
  const start = useMutation({ mutationFn: feedback.tryAdvice, onSuccess: () => queries.invalidateQueries({ queryKey: ['advice'] }) });
  const open = (a: Advice) => {
    keepDrafts({ ...keptDrafts(), ...Object.fromEntries(a.files.map((f) => [f.file, f.text])) });
    void go(`/trial${a.trial ? `?trial=${a.trial}` : ''}`);
  };
  return (
    <>
      <h3 className="in sub">{t('feedback.advice')}</h3>
      <ul className="advice">
        {rows.map((a) => (
          <li key={a.parameter + a.to}>
            <p>{t(`feedback.${a.kind}`, { parameter: a.parameter, from: a.from, to: a.to, avoids: a.avoids, of: a.of })}</p>
            <p>
              <span className={`outcome ${a.judgement}`}>{t(`feedback.${a.judgement}`)}</span>{' '}
              {a.now && a.tried ? <span className="num quiet">{t('trial.precision')} <Pair now={a.now} tried={a.tried} of="precision" /> · {t('trial.recall')} <Pair now={a.now} tried={a.tried} of="recall" /></span> : null}
              {a.lifeSafety ? <span className="quiet"> {t('feedback.lifeSafety')}</span> : null}
            </p>
            <div className="trial-go">
              {a.judgement === 'untried' ? <Button size="small" loading={start.isPending} onClick={() => start.mutate()}>{t('feedback.tryIt')}</Button> : null}
              <Button size="small" onClick={() => open(a)}>{t('feedback.openTrial')}</Button>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

const Pair = ({ now, tried, of }: { now: Verdicts; tried: Verdicts; of: 'precision' | 'recall' }) => <>{percent(now[of])} → {percent(tried[of])}</>;
