import type { GridCase } from '../api/types';

/** Order of every case list: worst first, then newest. */
export function byUrgency(a: GridCase, b: GridCase): number {
  if (a.severity !== b.severity) return a.severity < b.severity ? -1 : 1;
  if (a.openedAt !== b.openedAt) return a.openedAt > b.openedAt ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/** First characters of a hash, enough to compare by eye. */
export const shortHash = (hash: string): string => hash.slice(0, 8);

/** Up to four significant decimals, without trailing noise. */
export function figure(value: number | null | undefined, language: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  return value.toLocaleString(language, { maximumSignificantDigits: Math.abs(value) >= 10_000 ? 21 : 4, maximumFractionDigits: 3 });
}

/** The title without the place it ends in, when the place stands beside it anyway. */
export function matter(title: string, place: string): string {
  const tail = ` · ${place}`;
  return place !== '' && title.length > tail.length && title.endsWith(tail) ? title.slice(0, -tail.length) : title;
}

/** A measured word taken apart: `rate(port_temp, 120 s)` is what was computed, of which channel, over how long. A plain channel has no `of`. */
export function measure(channel: string): { of: string; channel: string; span: string } {
  const [, of = '', inner = channel, span = ''] = /^(\w+)\((\w+)(?:, ([^()]+))?\)$/.exec(channel) ?? [];
  return { of, channel: inner, span };
}

const signs: Record<string, string> = { '>=': '≥', '<=': '≤', '!=': '≠', '==': '=' };

/** A comparison as people write it. */
export const sign = (comparison: string): string => signs[comparison] ?? comparison;
