import { toCase } from '../src/api/normalise';
import type { CaseEvent, GridCase } from '../src/api/types';

/** A case as the hub would send it, with what a test cares about put over it. */
export const sample = (over: Partial<GridCase> = {}): GridCase => ({
  ...toCase({
    id: '20261122-AAAAA', type: 'FireSuspected', severity: 'P1', state: 'Dispatched', title: '烟雾火情', titleZh: '烟雾火情', titleEn: 'Fire suspected',
    place: 'leshan/estate-1/building-01', placeTitleZh: '一号楼', placeTitleEn: 'Building 1', openedAt: '2026-11-22T08:00:00+08:00', updatedAt: '2026-11-22T08:00:00+08:00',
    version: 3, sim: true, limit: 'acknowledge', dueAt: '2026-11-22T08:01:00+08:00', assignee: 'MicroFireCrew',
  }),
  ...over,
});

export const eventOf = (c: GridCase, sequence: number, kind = 'alertJoined'): CaseEvent => ({
  sequence, caseId: c.id, version: c.version, kind, at: c.updatedAt, actor: 'system', post: 'system', state: c.state, data: {}, hash: 'ab'.repeat(32), previousHash: '', case: c,
});
