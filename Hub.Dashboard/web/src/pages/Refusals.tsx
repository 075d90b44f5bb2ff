import { useQuery } from '@tanstack/react-query';
import { hub } from '../api/hub';
import { useWords } from '../i18n';
import { Moment } from '../parts/times';

/** What the door would not take: its sender was told, so it is not in the journal and cannot be decoded again. */
export function Refusals() {
  const { t, language, word } = useWords();
  const refused = useQuery({ queryKey: ['refusals'], queryFn: ({ signal }) => hub.refusals(signal), refetchInterval: 30_000 });
  const rows = refused.data?.items ?? [];
  if (rows.length === 0) return null;
  return (
    <section className="box table-box" style={{ marginTop: 16 }}>
      <h2>{t('dead.refused')}</h2>
      <p className="in quiet">{t('dead.refusedLead')}</p>
      <table className="plain">
        <thead><tr><th>{t('case.time')}</th><th>{t('dead.reason')}</th><th>{t('dead.topic')}</th><th>{t('dead.payload')}</th></tr></thead>
        <tbody>
          {rows.map((r) => (
            <tr key={r.number}>
              <td><Moment at={r.at} seconds /></td>
              <td><b>{word('fault', r.reason)}</b></td>
              <td><span className="mono">{r.topic}</span><div className="mono faint">{r.client}</div></td>
              <td style={{ whiteSpace: 'normal', minWidth: 260 }}><code className="payload" tabIndex={0}>{r.payload}</code><span className="faint num">{t(`dead.${r.encoding}`)} · {r.payloadBytes.toLocaleString(language)} B</span></td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
