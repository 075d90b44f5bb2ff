/** The hub's clock as seen from here: simulated hubs may run faster than the world. */
export class HubClock {
  private hubMs = 0;
  private hereMs = 0;
  private speed = 1;
  private known = false;

  constructor(private readonly here: () => number = () => Date.now()) {}

  /** Takes a time stamp the hub has just given. */
  set(hubMs: number, speed = 1): void {
    if (!Number.isFinite(hubMs)) return;
    this.hubMs = hubMs;
    this.hereMs = this.here();
    this.speed = speed > 0 ? speed : 1;
    this.known = true;
  }

  now(): number {
    return this.known ? this.hubMs + (this.here() - this.hereMs) * this.speed : this.here();
  }
}

export const hubClock = new HubClock();

export interface Span {
  value: number;
  unit: 'second' | 'minute' | 'hour' | 'day';
}

/** One number and one unit, rounded down: what a person says ("3 minutes"). */
export function coarse(ms: number): Span {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return { value: seconds, unit: 'second' };
  if (seconds < 3600) return { value: Math.floor(seconds / 60), unit: 'minute' };
  if (seconds < 86_400) return { value: Math.floor(seconds / 3600), unit: 'hour' };
  return { value: Math.floor(seconds / 86_400), unit: 'day' };
}

/** `m:ss`, `h:mm:ss`; days are left to words. Negative spans read as overrun, with a plus sign. */
export function countdown(ms: number): string {
  const over = ms < 0;
  const total = Math.floor(Math.abs(ms) / 1000);
  const h = Math.floor(total / 3600);
  const m = Math.floor((total % 3600) / 60);
  const s = total % 60;
  const two = (n: number) => String(n).padStart(2, '0');
  const text = h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  return over ? `+${text}` : text;
}

export const parseTime = (iso: string | null | undefined): number => (iso ? Date.parse(iso) : NaN);

const zoneOf = /(?:([+-])(\d\d):(\d\d)|Z)$/;

/** Milliseconds that a written time is ahead of UTC; null when it does not say. */
export function offsetOf(iso: string | null | undefined): number | null {
  const found = iso ? zoneOf.exec(iso) : null;
  if (!found) return null;
  return found[1] ? (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60_000 : 0;
}

/** The zone the site lives in, as the hub writes its times: a reader elsewhere sees the caretaker's clock, not the browser's. */
export class SiteZone {
  private offset: number | null = null;

  constructor(private readonly here: (ms: number) => number = (ms) => -new Date(ms).getTimezoneOffset() * 60_000) {}

  /** Takes the zone from a time the hub has just written. */
  learn(iso: string): void {
    this.offset = offsetOf(iso) ?? this.offset;
  }

  /** The instant whose UTC date and time read as the site's. */
  wall(ms: number): number {
    return ms + (this.offset ?? this.here(ms));
  }

  /** An instant for a picker, which shows the browser's zone: it will read as the site's. */
  toPicker(ms: number): number {
    return this.wall(ms) - this.here(ms);
  }

  /** The instant that was meant by what a picker shows. */
  fromPicker(ms: number): number {
    return ms + this.here(ms) - (this.offset ?? this.here(ms));
  }
}

export const siteZone = new SiteZone();
