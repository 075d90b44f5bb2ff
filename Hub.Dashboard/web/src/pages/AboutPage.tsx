import { useWords } from '../i18n';
import { severities } from '../api/types';
import { Page } from '../parts/Page';
import { SeverityMark } from '../parts/SeverityMark';

export default function AboutPage() {
  const { t } = useWords();
  return (
    <Page title={t('nav.about')} lead={t('app.lead')}>
      <div className="case-grid" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(300px, 1fr))', display: 'grid', gap: 14 }}>
        <section className="box"><h2>{t('about.severities')}</h2><div className="in">{severities.map((s) => <p key={s} style={{ marginBottom: 8 }}><SeverityMark severity={s} /> <span className="quiet">{t(`severityHint.${s}`)}</span></p>)}</div></section>
        <section className="box"><h2>{t('about.words')}</h2><dl className="facts in">{(['intake', 'dispatch', 'handled', 'closed'] as const).map((s) => <Pair key={s} a={t(`step.${s}`)} b={t(`stepHint.${s}`)} />)}</dl></section>
        <section className="box"><h2>{t('about.promises')}</h2><div className="in"><p>{t('about.ledger')}</p><p>{t('about.silence')}</p><p>{t('about.sim')}</p><p className="quiet" style={{ marginTop: 8 }}><a href="/openapi/v1.json">OpenAPI</a> · <a href="/metrics">Metrics</a></p></div></section>
      </div>
    </Page>
  );
}

const Pair = ({ a, b }: { a: string; b: string }) => <><dt style={{ color: 'var(--ink)' }}>{a}</dt><dd className="quiet">{b}</dd></>;
