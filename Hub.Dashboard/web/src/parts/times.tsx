import { useWords } from '../i18n';
import { useNow } from '../live/LiveProvider';
import { coarse, countdown, offsetOf, parseTime, siteZone } from '../lib/time';
import type { GridCase } from '../api/types';

/** How long ago, in one number and one word. */
export function Age({ at, now }: { at: string; now: number }) {
  const { t } = useWords();
  const ms = parseTime(at);
  if (!Number.isFinite(ms)) return <span className="faint">–</span>;
  const span = coarse(now - ms);
  return <time dateTime={at} title={at}>{t(`ago.${span.unit}`, { count: span.value })}</time>;
}

/** An `Age` that keeps its own time, for tables. */
export function LiveAge({ at }: { at: string | null }) {
  const now = useNow(5000);
  return at ? <Age at={at} now={now} /> : <span className="faint">–</span>;
}

const near = 0.25;

/** The running limit and what is left of it; counts up after it has run out. */
export function Due({ of, now, short = false }: { of: GridCase; now: number; short?: boolean }) {
  const { t } = useWords();
  const due = parseTime(of.dueAt);
  if (!of.limit || !Number.isFinite(due)) return null;
  const left = due - now;
  const whole = Math.max(1, due - parseTime(of.updatedAt));
  const look = left < 0 ? 'over' : left < whole * near ? 'near' : '';
  const far = Math.abs(left) >= 86_400_000 ? t(`span.${coarse(Math.abs(left)).unit}`, { count: coarse(Math.abs(left)).value }) : countdown(left);
  const label = t(`limit.${of.limit}`);
  return (
    <span className={`due ${look}`} title={of.dueAt ?? ''}>
      {short ? null : <>{label} </>}
      {left < 0 ? t('limit.over', { span: far.replace('+', '') }) : t('limit.left', { span: far })}
    </span>
  );
}

/** Date and time in the reader's language, by the hub's zone as written. */
export function Moment({ at, seconds = false }: { at: string | null; seconds?: boolean }) {
  const { language } = useWords();
  const ms = parseTime(at);
  if (!at || !Number.isFinite(ms)) return <span className="faint">–</span>;
  return <time className="num" dateTime={at}>{formatWall(ms + (offsetOf(at) ?? siteZone.wall(ms) - ms), language, seconds)}</time>;
}

export const formatMoment = (ms: number, language: string, seconds = false): string => formatWall(siteZone.wall(ms), language, seconds);

/** A time whose UTC date and clock are already those to be read. */
export function formatWall(ms: number, language: string, seconds = false): string {
  return new Intl.DateTimeFormat(language, {
    month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: seconds ? '2-digit' : undefined, hour12: false, timeZone: 'UTC',
  }).format(ms);
}
