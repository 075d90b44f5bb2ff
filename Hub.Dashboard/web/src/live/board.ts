import { byUrgency } from '../lib/plain';
import type { CaseEvent, GridCase } from '../api/types';

/** The open cases on screen, and how far in the log they go. Values are replaced, never changed. */
export interface Board {
  cases: ReadonlyMap<string, GridCase>;
  sequence: number;
  /** Newest first, bounded. */
  recent: readonly CaseEvent[];
}

export const emptyBoard: Board = { cases: new Map(), sequence: 0, recent: [] };
const recentLimit = 40;

/** Puts a snapshot in place of what is there; whatever the stream knew better stays. */
export function withSnapshot(board: Board, open: readonly GridCase[], sequence: number): Board {
  const cases = new Map<string, GridCase>();
  for (const c of open) {
    const known = board.cases.get(c.id);
    cases.set(c.id, known && known.version > c.version ? known : c);
  }
  return { cases, sequence: Math.max(sequence, board.sequence), recent: board.recent };
}

/** Applies events in any order and any number of times: a case only ever moves to a higher version. */
export function withEvents(board: Board, events: readonly CaseEvent[]): Board {
  if (events.length === 0) return board;
  const cases = new Map(board.cases);
  let sequence = board.sequence;
  for (const e of events) {
    sequence = Math.max(sequence, e.sequence);
    if (!e.case) continue;
    const known = cases.get(e.caseId);
    if (known && known.version >= e.case.version) continue;
    if (e.case.open) cases.set(e.caseId, e.case);
    else cases.delete(e.caseId);
  }
  const recent = [...events].reverse().concat(board.recent).slice(0, recentLimit);
  return { cases, sequence, recent };
}

export const inOrder = (board: Board): GridCase[] => [...board.cases.values()].sort(byUrgency);

/** Cases that must be heard: life or fire, and nobody has taken them on yet. The key changes when a suspicion is confirmed. */
export function alarming(cases: Iterable<GridCase>, silenced: ReadonlySet<string>): GridCase[] {
  const waiting: GridCase[] = [];
  for (const c of cases) if (isWaiting(c) && !silenced.has(alarmKey(c))) waiting.push(c);
  return waiting;
}

export const alarmKey = (c: GridCase): string => `${c.id}/${c.type}`;
const waitingStates: ReadonlySet<string> = new Set(['Reported', 'Verifying', 'Filed', 'Dispatched']);
export const isWaiting = (c: GridCase): boolean => c.severity === 'P1' && c.open && waitingStates.has(c.state);
