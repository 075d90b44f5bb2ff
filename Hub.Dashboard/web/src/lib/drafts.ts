import type { PackText } from '../api/trials';

/** A fault as the hub writes it: `file:line:column: found; allowed`. */
export interface PackFault {
  file: string;
  line: number;
  column: number;
  text: string;
}

export function readFault(line: string): PackFault {
  const parts = /^([^:]*):(\d+):(\d+): (.*)$/s.exec(line);
  return parts ? { file: parts[1]!, line: Number(parts[2]), column: Number(parts[3]), text: parts[4]! } : { file: '', line: 0, column: 0, text: line };
}

/** Files that differ from those in force; a draft that says the same is none. */
export function changesOf(inForce: readonly PackText[], drafts: Readonly<Record<string, string>>): PackText[] {
  const before = new Map(inForce.map((f) => [f.file, f.text]));
  return Object.entries(drafts).filter(([file, text]) => before.get(file) !== text && !(text === '' && !before.has(file))).map(([file, text]) => ({ file, text }));
}

/** How many lines of the draft are new, and how many of the text in force are gone; lines are compared as a multiset. */
export function lineChanges(before: string, after: string): { more: number; less: number } {
  const counts = new Map<string, number>();
  for (const line of before.split('\n')) counts.set(line, (counts.get(line) ?? 0) + 1);
  let more = 0;
  for (const line of after.split('\n')) {
    const left = counts.get(line) ?? 0;
    if (left > 0) counts.set(line, left - 1);
    else more += 1;
  }
  return { more, less: [...counts.values()].reduce((a, b) => a + b, 0) };
}

/** Line of the text that holds a rule; 0 when it does not. */
export function lineOfRule(text: string, rule: string): number {
  return text.split('\n').findIndex((line) => new RegExp(`\\bid:\\s*['"]?${rule.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}['"]?\\s*(,|}|$|#)`).test(line)) + 1;
}

const key = 'hub.drafts';

/** Drafts live as long as the tab, so that a look at another page costs nothing. */
export function keptDrafts(): Record<string, string> {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '{}') as Record<string, string>;
  } catch {
    return {};
  }
}

export function keepDrafts(drafts: Readonly<Record<string, string>>): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(drafts));
  } catch {
    // A full store costs the draft on leaving the page, nothing else.
  }
}
