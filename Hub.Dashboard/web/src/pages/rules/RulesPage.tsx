import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { feedback, mayTry } from '../../api/trials';
import { hub } from '../../api/hub';
import type { RuleVerdicts } from '../../api/trials';
import { useWords } from '../../i18n';
import { severityOf } from '../../api/normalise';
import { Page } from '../../parts/Page';
import { SeverityMark } from '../../parts/SeverityMark';
import { useMe } from '../../parts/session';
import { Loading, Note, Trouble } from '../../parts/states';
import '../../theme/device.css';

export default function RulesPage() {
  const { t, pick, word, language } = useWords();
  const me = useMe();
  const said = useQuery({ queryKey: ['feedback', ''], queryFn: ({ signal }) => feedback.read(undefined, signal), refetchInterval: 60_000 });
  const precisionOf = new Map(said.data?.rules.filter((r) => r.version === '').map((r) => [r.rule, r]));
  const rules = useQuery({ queryKey: ['rules'], queryFn: ({ signal }) => hub.rules(signal), refetchInterval: 15_000 });
  const versions = useQuery({ queryKey: ['rules', 'versions'], queryFn: ({ signal }) => hub.versions(signal), refetchInterval: 10_000 });
  const faults = versions.data?.faults ?? [];
  return (
    <Page title={t('nav.rules')} lead={t('rules.lead')} extra={mayTry(me.roles) ? <Link className="call-link" to="/trial">{t('trial.try')}</Link> : null}>
      {faults.length > 0 ? <div role="alert"><Note wide title={t('rules.refused')}><pre>{faults.slice(0, 20).join('\n')}</pre></Note></div> : null}
      {rules.isPending ? <Loading /> : !rules.data ? <Trouble error={rules.error} retry={() => void rules.refetch()} /> : rules.data.length === 0
        ? <Note title={t('rules.none')}><p>{t('rules.noneHint')}</p></Note>
        : (
          <div className="rule-list">
            {[...rules.data].sort((a, b) => severityOf(a.severity).localeCompare(severityOf(b.severity)) || a.id.localeCompare(b.id)).map((r) => (
              <Link key={r.id} to={`/rules/${encodeURIComponent(r.id)}`} className="box rule-card">
                <h2><SeverityMark severity={severityOf(r.severity)} word={false} />{pick(r.titleZh, r.titleEn)}{r.shadow ? <span className="sim">{t('rules.shadow')}</span> : null}</h2>
                {r.shadowedSince ? <p className="refusal">{t('rules.matchesAll')}</p> : null}
                {r.divisionsByZero > 0 ? <p className="refusal num">{t('rules.divisions', { count: r.divisionsByZero.toLocaleString(language) })}</p> : null}
                <p>{pick(r.descriptionZh, r.descriptionEn)}</p>
                <footer>
                  <span className="mono">{r.id}</span><span>{t('case.version', { version: r.version })}</span><span>{word('type', r.type)}</span>
                  <span className="num">{t('rules.raised', { count: r.alertsRaised.toLocaleString(language) })}</span>
                  <Precision of={precisionOf.get(r.id)} />
                </footer>
              </Link>
            ))}
          </div>
        )}
    </Page>
  );
}

/** How often people said it was right; nothing before they said anything. */
function Precision({ of: r }: { of: RuleVerdicts | undefined }) {
  const { t } = useWords();
  if (!r || r.precision === null) return null;
  return <span className={r.precision < poor ? 'num poor' : 'num'}>{t('feedback.right', { share: `${(r.precision * 100).toFixed(0)} %`, count: r.confirmed + r.dismissed })}</span>;
}

const poor = 0.7;
