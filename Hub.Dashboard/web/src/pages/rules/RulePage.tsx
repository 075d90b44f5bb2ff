import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { hub } from '../../api/hub';
import { severityOf } from '../../api/normalise';
import { mayTry } from '../../api/trials';
import type { RuleTrace } from '../../api/types';
import { useWords } from '../../i18n';
import { Page } from '../../parts/Page';
import { useMe } from '../../parts/session';
import { SeverityMark } from '../../parts/SeverityMark';
import { Loading, Trouble } from '../../parts/states';
import { Moment } from '../../parts/times';
import '../../theme/device.css';

export default function RulePage() {
  const { id = '' } = useParams();
  const { t, pick, word, language } = useWords();
  const me = useMe();
  const [device, setDevice] = useState('');
  const rule = useQuery({ queryKey: ['rule', id], queryFn: ({ signal }) => hub.rule(id, signal) });
  const trace = useQuery({ queryKey: ['rule', id, 'trace', device], queryFn: ({ signal }) => hub.trace(id, device, signal), refetchInterval: 5_000 });
  if (rule.isPending) return <Loading />;
  if (!rule.data) return <Trouble error={rule.error} retry={() => void rule.refetch()} />;
  const r = rule.data;
  return (
    <Page title={pick(r.titleZh, r.titleEn)} lead={<><span className="mono">{r.id}</span> · {t('case.version', { version: r.version })} {r.shadow ? <span className="sim">{t('rules.shadow')}</span> : null}</>} extra={<>{mayTry(me.roles) ? <Link className="call-link" to={`/trial?rule=${encodeURIComponent(r.id)}`}>{t('trial.try')}</Link> : null} <Link to="/rules">{t('rules.all')}</Link></>}>
      <div className="rule-grid">
        <div className="case-main">
          <section className="box">
            <h2>{t('rules.about')}</h2>
            <div className="in">
              <p className="why">{pick(r.descriptionZh, r.descriptionEn)}</p>
              <dl className="facts">
                <dt>{t('case.severity')}</dt><dd><SeverityMark severity={severityOf(r.severity)} /></dd>
                <dt>{t('case.type')}</dt><dd><Link to={`/cases?open=all&type=${encodeURIComponent(r.type)}`}>{word('type', r.type)}</Link></dd>
                <dt>{t('case.basis')}</dt><dd>{r.basis || '–'}</dd>
                <dt>{t('rules.owner')}</dt><dd>{r.owner || '–'}</dd>
                <dt>{t('rules.pack')}</dt><dd className="mono">{r.pack}</dd>
                <dt>{t('rules.alerts')}</dt><dd className="num">{r.alertsRaised.toLocaleString(language)}</dd>
              </dl>
            </div>
          </section>
          <section className="box">
            <h2>{t('rules.source')} <small>YAML</small></h2>
            <pre className="rule-source" tabIndex={0}>{r.source.split('\n').map((line, n) => <YamlLine key={n} of={line} />)}</pre>
          </section>
        </div>
        <section className="box">
          <h2>{t('rules.trace')} <small>{t('rules.traceHint')}</small></h2>
          <div className="in" style={{ paddingBottom: 6 }}><Input.Search allowClear size="small" placeholder={t('rules.traceDevice')} aria-label={t('rules.traceDevice')} onSearch={(v) => setDevice(v.trim())} style={{ maxWidth: 280 }} /></div>
          {trace.isPending ? <Loading /> : !trace.data ? <Trouble error={trace.error} /> : trace.data.length === 0 ? <p className="in quiet">{t('rules.noTrace')}</p> : <Trace of={trace.data} />}
        </section>
      </div>
    </Page>
  );
}

function Trace({ of: rows }: { of: readonly RuleTrace[] }) {
  const { t } = useWords();
  return (
    <div className="table-box">
      <table className="plain">
        <tbody>
          {rows.map((r, n) => (
            <tr key={n}>
              <td><Moment at={r.at} seconds /></td>
              <td><span className={`outcome ${r.outcome}`}>{t(`outcome.${r.outcome}`)}</span></td>
              <td>{r.device ? <Link className="mono" to={`/devices/${encodeURIComponent(r.device)}`}>{r.device}</Link> : <span className="mono faint">{r.place}</span>}</td>
              <td style={{ whiteSpace: 'normal', minWidth: 220 }} className="quiet">{r.detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Just enough colour to read a rule by: comments, keys, the rest. */
function YamlLine({ of: line }: { of: string }) {
  const comment = line.search(/(^|\s)#/);
  const code = comment < 0 ? line : line.slice(0, comment);
  const key = /^(\s*(?:- )?)([\w.-]+)(:)/.exec(code);
  return (
    <>
      {key ? <>{key[1]}<span className="k">{key[2]}</span>:{code.slice(key[0].length)}</> : code}
      {comment < 0 ? null : <span className="c">{line.slice(comment)}</span>}
      {'\n'}
    </>
  );
}
