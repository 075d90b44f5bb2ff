import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { hubClock } from '../lib/time';
import { LiveStore } from './store';
import type { Live } from './store';

const StoreContext = createContext<LiveStore | null>(null);

export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const store = useMemo(() => new LiveStore(queries), [queries]);
  useEffect(() => {
    void store.start();
    return () => store.stop();
  }, [store]);
  return <StoreContext.Provider value={store}>{children}</StoreContext.Provider>;
}

export function useLive(): Live {
  const store = useContext(StoreContext);
  if (!store) throw new Error('useLive needs a LiveProvider above it');
  return useSyncExternalStore(store.subscribe, store.get);
}

/** The hub's time, anew every so many milliseconds. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(() => hubClock.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(hubClock.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
