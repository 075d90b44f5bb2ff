import { QueryClient } from '@tanstack/react-query';
import { hub } from '../api/hub';
import type { CaseEvent, GridCase, Stats } from '../api/types';
import { backoff } from '../lib/backoff';
import { hubClock, parseTime, siteZone } from '../lib/time';
import { emptyBoard, withEvents, withSnapshot } from './board';
import type { Board } from './board';
import { follow } from './feed';
import type { FeedState } from './feed';

export interface Live {
  board: Board;
  state: FeedState;
  /** When the line broke, by our own clock; null while it holds. */
  lostAt: number | null;
  /** The first snapshot has arrived. */
  ready: boolean;
}

/** Most open cases held on a page; the worst come first, so what is cut off is the least urgent. */
export const boardLimit = 2_000;
const pageSize = 500;

/** One per page: snapshot first, then the stream from the snapshot's number on. Pages look at it through `useLive`. */
export class LiveStore {
  private live: Live = { board: emptyBoard, state: 'connecting', lostAt: null, ready: false };
  private readonly watchers = new Set<() => void>();
  private stopFeed: (() => void) | null = null;
  private generation = 0;

  constructor(private readonly queries: QueryClient) {}

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly get = (): Live => this.live;

  async start(): Promise<void> {
    const mine = ++this.generation;
    for (let attempt = 0; mine === this.generation; attempt++) {
      try {
        await this.loadSnapshot();
        break;
      } catch {
        if (attempt > 0) this.setState('lost');
        await new Promise((resolve) => setTimeout(resolve, backoff(attempt)));
      }
    }
    if (mine !== this.generation) return;
    this.stopFeed = follow({
      lastSequence: () => this.live.board.sequence,
      onEvents: (events) => this.take(events),
      onState: (state) => this.setState(state),
    });
  }

  stop(): void {
    this.generation++;
    this.stopFeed?.();
    this.stopFeed = null;
  }

  private async loadSnapshot(): Promise<void> {
    // The number is read before the cases: an event between the two comes again on the stream and changes nothing.
    const stats = await hub.stats();
    noteClock(stats);
    const open: GridCase[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof hub.cases>> = await hub.cases({ open: true, limit: pageSize, cursor });
      open.push(...page.items);
      cursor = page.next;
    } while (cursor && open.length < boardLimit);
    this.change({ board: withSnapshot(this.live.board, open, stats.sequence), ready: true });
  }

  private take(events: CaseEvent[]): void {
    if (events.some((e) => e.sequence <= this.live.board.sequence)) {
      // The stream only ever goes on from our number; one below it comes from another log (a restored or new hub): begin anew.
      this.stop();
      this.change({ board: emptyBoard, ready: false });
      void this.start();
      return;
    }
    this.change({ board: withEvents(this.live.board, events) });
    for (const caseId of new Set(events.map((e) => e.caseId))) void this.queries.invalidateQueries({ queryKey: ['case', caseId] });
    void this.queries.invalidateQueries({ queryKey: ['cases'], refetchType: 'none' });
  }

  private setState(state: FeedState): void {
    if (state === 'refused') void this.queries.invalidateQueries({ queryKey: ['session'] });
    this.change({ state, lostAt: state === 'live' ? null : (this.live.lostAt ?? Date.now()) });
  }

  private change(part: Partial<Live>): void {
    this.live = { ...this.live, ...part };
    for (const watcher of this.watchers) watcher();
  }
}

export function noteClock(stats: Stats): void {
  hubClock.set(parseTime(stats.now), stats.speed);
  siteZone.learn(stats.now);
}
