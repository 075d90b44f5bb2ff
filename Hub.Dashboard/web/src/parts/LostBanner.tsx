import { useEffect, useState } from 'react';
import { useWords } from '../i18n';
import { useLive } from '../live/LiveProvider';
import { coarse } from '../lib/time';

/** A blink of the line is not worth a word. */
const patienceMs = 1_500;

/** Says that what is on screen may be old, and since when. */
export function LostBanner() {
  const { t } = useWords();
  const { state, lostAt } = useLive();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (lostAt === null) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [lostAt]);
  if (state === 'live' || lostAt === null || now - lostAt < patienceMs) return null;
  const span = coarse(now - lostAt);
  return (
    <div className="banner" role="status">
      <strong>{t('line.lostTitle')}</strong>
      <span>{t('line.lostText', { since: t(`span.${span.unit}`, { count: span.value }) })}</span>
    </div>
  );
}
