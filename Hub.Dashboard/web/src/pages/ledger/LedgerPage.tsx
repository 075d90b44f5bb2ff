import { useQuery } from '@tanstack/react-query';
import { hub } from '../../api/hub';
import { useWords } from '../../i18n';
import { Page } from '../../parts/Page';
import { Loading, Trouble } from '../../parts/states';
import { FlowPicture } from './FlowPicture';
import '../../theme/ledger.css';

/** Where every message that came in is now. What came in must always be accounted for. */
export default function LedgerPage() {
  const { t, language, word } = useWords();
  const ledger = useQuery({ queryKey: ['ledger'], queryFn: ({ signal }) => hub.ledger(signal), refetchInterval: 2_000 });
  if (ledger.isPending) return <Loading />;
  if (!ledger.data) return <Trouble error={ledger.error} retry={() => void ledger.refetch()} />;
  const l = ledger.data;
  const n = (v: number) => v.toLocaleString(language);
  const rejected = Object.entries(l.rejected).sort((a, b) => b[1] - a[1]);
  return (
    <Page title={t('nav.ledger')} lead={t('ledger.lead')}>
      <p className={l.balanced ? 'verdict ok' : 'verdict bad'} role="status">
        <b>{t(l.balanced ? 'ledger.balanced' : 'ledger.unbalanced')}</b>
        <span>{t(l.balanced ? 'ledger.balancedHint' : 'ledger.unbalancedHint')}</span>
      </p>
      <FlowPicture of={l} />
      <div className="ledger-notes">
        <section className="box">
          <h2>{t('ledger.rejected')}</h2>
          {rejected.length === 0 ? <p className="in quiet">{t('ledger.noneRejected')}</p> : (
            <table className="plain"><tbody>{rejected.map(([reason, count]) => <tr key={reason}><td>{word('fault', reason)}</td><td className="right num"><b>{n(count)}</b></td></tr>)}</tbody></table>
          )}
        </section>
        <section className="box">
          <h2>{t('ledger.readings')}</h2>
          <table className="plain"><tbody>
            <tr><td>{t('ledger.readingsRead')}</td><td className="right num"><b>{n(l.readings)}</b></td></tr>
            <tr><td>{t('ledger.readingsStored')}</td><td className="right num"><b>{n(l.stored)}</b></td></tr>
            <tr><td>{t('ledger.late')}</td><td className="right num"><b>{n(l.late)}</b></td></tr>
          </tbody></table>
        </section>
        <section className="box">
          <h2>{t('ledger.sums')}</h2>
          <div className="in sums num">
            <p>{t('ledger.sumIn', { received: n(l.received), rejected: n(rejected.reduce((s, [, c]) => s + c, 0)), unclaimed: n(l.unclaimed), journalled: n(l.journalled) })}</p>
            <p>{t('ledger.sumOut', { journalled: n(l.journalled), decoded: n(l.decoded), dead: n(l.deadLettered), duplicates: n(l.duplicates), queued: n(l.queued) })}</p>
          </div>
        </section>
      </div>
    </Page>
  );
}
