import { useMemo, useState } from 'react';
import type { CaseCommand, CaseEvent } from '../../api/types';
import { useWords } from '../../i18n';
import { shortHash } from '../../lib/plain';
import { grouped } from '../../lib/record';
import { Moment } from '../../parts/times';

/** The record, newest first: who, acting as what, did what, when; each entry sealed by its hash. Runs of device answers are folded. */
export function Timeline({ events, commands }: { events: readonly CaseEvent[]; commands: readonly CaseCommand[] }) {
  const { t } = useWords();
  const groups = useMemo(() => grouped(events), [events]);
  return (
    <section className="box">
      <h2>{t('case.timeline')} <small>{t('case.timelineHint', { count: events.length })}</small></h2>
      <ol className="timeline in">{groups.map((g) => <Group key={g[0]!.version} of={g} commands={commands} />)}</ol>
    </section>
  );
}

function Group({ of: group, commands }: { of: readonly CaseEvent[]; commands: readonly CaseCommand[] }) {
  const { t, word } = useWords();
  const [open, setOpen] = useState(false);
  const first = group[0]!;
  if (group.length === 1 || open) return <>{group.map((e) => <Entry key={e.version} of={e} commands={commands} />)}</>;
  return (
    <li className="by-system">
      <div className="event-what"><b>{word('event', first.kind)}</b> <button type="button" className="fold" onClick={() => setOpen(true)}>{t('case.folded', { count: group.length })}</button></div>
      <div className="faint"><Moment at={group.at(-1)!.at} seconds /> – <Moment at={first.at} seconds /> · {t('case.system')}</div>
    </li>
  );
}

function Entry({ of: e, commands }: { of: CaseEvent; commands: readonly CaseCommand[] }) {
  const { t, word } = useWords();
  return (
    <li className={e.actor === 'system' ? 'by-system' : 'by-person'}>
      <div className="event-what"><b>{word('event', e.kind)}</b> <Details data={e.data} commands={commands} /></div>
      <div className="faint">
        <Moment at={e.at} seconds /> · {e.actor === 'system' ? t('case.system') : t('case.actor', { actor: e.actor, post: word('role', e.post) })} · <span className="mono" title={`SHA-256 ${e.hash}\n← ${e.previousHash || '–'}`}>{shortHash(e.hash)}</span>
      </div>
    </li>
  );
}

const spoken = ['note', 'reason', 'assignee', 'device', 'deviceId', 'command', 'name', 'result', 'target', 'department', 'receipt', 'level', 'limit', 'severity', 'from', 'to', 'actionCode', 'rating', 'count'];
const groupOf: Record<string, string> = { assignee: 'role', from: 'role', to: 'role', limit: 'limit', command: 'command', name: 'command', actionCode: 'done' };

/** What the event adds in words; the fields of the case that it set are shown by the case itself. */
function Details({ data, commands }: { data: Record<string, unknown>; commands: readonly CaseCommand[] }) {
  const { t, word } = useWords();
  const parts = spoken.flatMap((name) => {
    const value = data[name];
    if (value === undefined || value === null || value === '' || typeof value === 'object') return [];
    if (name === 'name' && data.command !== undefined) return [];
    const plain = name === 'command' ? (commands.find((k) => k.id === value)?.name ?? String(value)) : String(value);
    return [{ name, shown: groupOf[name] ? word(groupOf[name], plain) : plain }];
  });
  return <>{parts.map(({ name, shown }) => <span key={name} className="event-part"><i>{t(`field.${name}`)}</i> {shown}</span>)}</>;
}
