import { useQuery } from '@tanstack/react-query';
import { hub } from '../api/hub';
import type { Storage } from '../api/types';
import { useWords } from '../i18n';
import { coarse } from '../lib/time';
import { useNow } from '../live/LiveProvider';

/** A store that is a few seconds behind is at work; one that is further behind makes charts and reports old. */
const behindSeconds = 15;

export const useStorage = () => useQuery({ queryKey: ['storage'], queryFn: ({ signal }) => hub.storage(signal), refetchInterval: 3_000, retry: false });

/** What keeps readings from being stored, in the order of what a person must mend first; null when all is well. */
export function storageTrouble(s: Storage): 'full' | 'away' | 'behind' | null {
  if (s.journal.full) return 'full';
  if (!s.reachable && s.troubleSince) return 'away';
  return s.lagSeconds > behindSeconds && (s.lag.readings ?? 0) > 0 ? 'behind' : null;
}

/** Says that the store or the journal is in trouble, and that nothing is lost meanwhile. */
export function StorageBanner() {
  const { t, language } = useWords();
  const storage = useStorage().data;
  const now = useNow();
  const trouble = storage ? storageTrouble(storage) : null;
  if (!storage || !trouble) return null;
  const lasting = trouble === 'away' ? Math.max(0, now - Date.parse(storage.troubleSince ?? '')) : storage.lagSeconds * 1000;
  const span = coarse(lasting);
  const values = { store: storage.store, since: t(`span.${span.unit}`, { count: span.value }), records: (storage.lag.readings ?? 0).toLocaleString(language) };
  return (
    <div className={trouble === 'behind' ? 'banner' : 'banner bad'} role="status">
      <strong>{t(`storage.${trouble}Title`, values)}</strong>
      <span>{t(`storage.${trouble}Text`, values)}</span>
      {trouble === 'behind' ? null : <span className="faint" title={storage.journal.full ?? storage.trouble ?? ''}>{storage.journal.full ?? storage.trouble}</span>}
    </div>
  );
}
