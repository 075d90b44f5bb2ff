import type { CaseEvent } from '../api/types';

/** Kinds that come in swarms when a row of ports is cut or a sensor keeps calling. */
const swarming: ReadonlySet<string> = new Set(['commandRequested', 'commandAcknowledged', 'alertJoined']);
const least = 3;

/** The record newest first, with runs of one swarming kind put together; a run shorter than three stays as it is. */
export function grouped(events: readonly CaseEvent[]): CaseEvent[][] {
  const newest = [...events].sort((a, b) => b.version - a.version);
  const runs: CaseEvent[][] = [];
  for (const e of newest) {
    const run = runs.at(-1);
    if (run && swarming.has(e.kind) && run[0]!.kind === e.kind) run.push(e);
    else runs.push([e]);
  }
  return runs.flatMap((run) => (run.length < least ? run.map((e) => [e]) : [run]));
}
