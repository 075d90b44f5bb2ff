import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { hub } from '../../api/hub';
import { severityOf } from '../../api/normalise';
import { mayTry } from '../../api/trials';
import { useWords } from '../../i18n';
import { Page } from '../../parts/Page';
import { useMe } from '../../parts/session';
import { SeverityMark } from '../../parts/SeverityMark';
import { Loading, Trouble } from '../../parts/states';
import { Feedback } from './Feedback';
import { TraceBox } from './TraceBox';
import '../../theme/device.css';

export default function RulePage() {
  const { id = '' } = useParams();
  const { t, pick, word, language } = useWords();
  const me = useMe();
  const rule = useQuery({ queryKey: ['rule', id], queryFn: ({ signal }) => hub.rule(id, signal) });
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
                <dt>{t('case.basis')}</dt><dd>{pick(r.basis, r.basisEn) || '–'}</dd>
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
        <div className="case-main">
          <Feedback rule={id} />
          <TraceBox rule={id} />
        </div>
      </div>
    </Page>
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
