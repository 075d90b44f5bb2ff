import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import type { HubConnection } from '@microsoft/signalr';
import { bearer } from '../api/client';
import { toEvent } from '../api/normalise';
import type { CaseEvent } from '../api/types';
import { backoff } from '../lib/backoff';

export type FeedState = 'connecting' | 'live' | 'lost' | 'refused';

export interface FeedOptions {
  /** Number of the last event seen; asked again at every connection, so that nothing is missed and nothing comes twice. */
  lastSequence: () => number;
  onEvents: (events: CaseEvent[]) => void;
  onState: (state: FeedState) => void;
}

/** Events are handed on in bunches this far apart, so that a flood costs one drawing and not thousands. */
const bunchMs = 80;

/**
 * Follows the case log for ever: connect, stream from the last number seen, and when the line breaks wait a little and go on.
 * Returns how to stop.
 */
export function follow(options: FeedOptions): () => void {
  let stopped = false;
  let connection: HubConnection | null = null;
  let wake: (() => void) | null = null;
  let bunch: CaseEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;

  const flush = () => {
    timer = null;
    const events = bunch;
    bunch = [];
    if (!stopped) options.onEvents(events);
  };
  const take = (raw: unknown) => {
    bunch.push(toEvent(raw));
    timer ??= setTimeout(flush, bunchMs);
  };
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const t = setTimeout(resolve, ms);
      wake = () => { clearTimeout(t); resolve(); };
    });
  const hurry = () => wake?.();

  const run = async () => {
    for (let attempt = 0; !stopped; attempt++) {
      options.onState(attempt === 0 ? 'connecting' : 'lost');
      connection = new HubConnectionBuilder()
        .withUrl('/hubs/cases', { accessTokenFactory: () => bearer() ?? '' })
        .configureLogging(LogLevel.None)
        .build();
      connection.keepAliveIntervalInMilliseconds = 5_000;
      connection.serverTimeoutInMilliseconds = 20_000;
      // The server also calls these; the stream already tells us, so they are only named to keep the client quiet.
      connection.on('caseChanged', () => undefined);
      connection.on('alertRaised', () => undefined);
      try {
        await connection.start();
        if (stopped) break;
        options.onState('live');
        attempt = 0;
        await streamToEnd(connection, flushedSequence(), take);
      } catch (error) {
        if (/\b40[13]\b/.test(String(error))) options.onState('refused');
      }
      await connection.stop().catch(() => undefined);
      if (!stopped) {
        options.onState('lost');
        await pause(backoff(attempt));
      }
    }
  };
  const flushedSequence = () => bunch.reduce((last, e) => Math.max(last, e.sequence), options.lastSequence());

  window.addEventListener('online', hurry);
  void run();
  return () => {
    stopped = true;
    if (timer) clearTimeout(timer);
    window.removeEventListener('online', hurry);
    hurry();
    void connection?.stop();
  };
}

/** Resolves when the stream ends, whoever ended it. */
function streamToEnd(connection: HubConnection, afterSequence: number, take: (raw: unknown) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.onclose((error) => (error ? reject(error) : resolve()));
    connection.stream('StreamCases', afterSequence).subscribe({ next: take, error: reject, complete: resolve });
  });
}
