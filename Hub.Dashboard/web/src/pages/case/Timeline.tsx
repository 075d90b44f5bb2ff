import type { CaseEvent } from '../../api/types';
import { useWords } from '../../i18n';
import { shortHash } from '../../lib/plain';
import { Moment } from '../../parts/times';

/** The record, newest first: who, acting as what, did what, when; each entry sealed by its hash. */
export function Timeline({ events }: { events: readonly CaseEvent[] }) {
  const { t, word } = useWords();
  const newest = [...events].sort((a, b) => b.version - a.version);
  return (
    <section className="box">
      <h2>{t('case.timeline')} <small>{t('case.timelineHint', { count: events.length })}</small></h2>
      <ol className="timeline in">
        {newest.map((e) => (
          <li key={e.version} className={e.actor === 'system' ? 'by-system' : 'by-person'}>
            <div className="event-what"><b>{word('event', e.kind)}</b> <Details data={e.data} /></div>
            <div className="faint">
              <Moment at={e.at} seconds /> · {e.actor === 'system' ? t('case.system') : `${e.actor}（${word('role', e.post)}）`} · <span className="mono" title={`SHA-256 ${e.hash}\n← ${e.previousHash || '–'}`}>{shortHash(e.hash)}</span>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

const spoken = ['note', 'reason', 'assignee', 'device', 'deviceId', 'command', 'name', 'result', 'target', 'receipt', 'level', 'limit', 'severity', 'from', 'to', 'actionCode', 'rating', 'count'];

/** What the event adds in words; the fields of the case that it set are shown by the case itself. */
function Details({ data }: { data: Record<string, unknown> }) {
  const { t, word } = useWords();
  const parts = spoken.flatMap((name) => {
    const value = data[name];
    if (value === undefined || value === null || value === '' || typeof value === 'object') return [];
    const shown = name === 'assignee' ? word('role', String(value)) : name === 'limit' ? word('limit', String(value)) : name === 'command' || name === 'name' ? word('command', String(value)) : String(value);
    return [{ name, shown }];
  });
  return <>{parts.map(({ name, shown }) => <span key={name} className="event-part"><i>{t(`field.${name}`)}</i> {shown}</span>)}</>;
}
