import { describe, expect, it } from 'vitest';
import { alarming, alarmKey, emptyBoard, inOrder, withEvents, withSnapshot } from '../src/live/board';
import { eventOf, sample } from './sample';

const a = sample({ id: 'a', severity: 'P3' });
const b = sample({ id: 'b', severity: 'P1' });

describe('the board', () => {
  it('lists the worst first and among equals the newest', () => {
    const late = sample({ id: 'c', severity: 'P3', openedAt: '2026-11-22T09:00:00+08:00' });
    const board = withSnapshot(emptyBoard, [a, late, b], 10);
    expect(inOrder(board).map((c) => c.id)).toEqual(['b', 'c', 'a']);
  });

  it('is the same whether an event comes once or twice, early or late', () => {
    const v4 = { ...a, version: 4, alertCount: 2 }, v5 = { ...a, version: 5, alertCount: 3 };
    const once = withEvents(withEvents(withSnapshot(emptyBoard, [a], 10), [eventOf(v4, 11)]), [eventOf(v5, 12)]);
    const again = withEvents(withEvents(once, [eventOf(v4, 11)]), [eventOf(v5, 12), eventOf(v4, 11)]);
    expect(again.cases).toEqual(once.cases);
    expect(again.sequence).toBe(12);
    expect(again.cases.get('a')!.alertCount).toBe(3);
  });

  it('drops a case when it ends and takes in a new one', () => {
    const ended = { ...a, version: 9, open: false, state: 'Closed' as const };
    const board = withEvents(withSnapshot(emptyBoard, [a], 1), [eventOf(ended, 2), eventOf(b, 3)]);
    expect([...board.cases.keys()]).toEqual(['b']);
  });

  it('keeps what the stream knew better than a snapshot that was read earlier', () => {
    const newer = { ...a, version: 7 };
    const board = withSnapshot(withEvents(emptyBoard, [eventOf(newer, 20)]), [a], 15);
    expect(board.cases.get('a')!.version).toBe(7);
    expect(board.sequence).toBe(20);
  });

  it('remembers only so many recent events', () => {
    const flood = Array.from({ length: 500 }, (_, i) => eventOf({ ...a, version: 10 + i }, 100 + i));
    const board = withEvents(emptyBoard, flood);
    expect(board.recent.length).toBe(40);
    expect(board.recent[0]!.sequence).toBe(599);
  });
});

describe('the alarm', () => {
  it('calls for a P1 that nobody has taken on, and for nothing else', () => {
    const taken = sample({ id: 'taken', state: 'Accepted' });
    expect(alarming([a, b, taken], new Set()).map((c) => c.id)).toEqual(['b']);
  });

  it('stays silent about what was silenced, and calls again when the suspicion is confirmed', () => {
    const silenced = new Set([alarmKey(b)]);
    expect(alarming([b], silenced)).toEqual([]);
    expect(alarming([{ ...b, type: 'FireConfirmed' }], silenced)).toHaveLength(1);
    expect(alarming([b, sample({ id: 'next' })], silenced).map((c) => c.id)).toEqual(['next']);
  });
});
