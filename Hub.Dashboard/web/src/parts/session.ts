import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { keepBearer } from '../api/client';
import { hub } from '../api/hub';
import type { Session } from '../api/types';

export const SessionContext = createContext<Session | null>(null);

export const useSession = () => useQuery({ queryKey: ['session'], queryFn: hub.session, staleTime: 60_000 });

/** Who is signed in; only below `SignedIn`. */
export function useMe(): Session {
  const me = useContext(SessionContext);
  if (!me) throw new Error('useMe needs a signed-in page');
  return me;
}

export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await hub.signOut().catch(() => undefined);
    keepBearer(null);
    queries.clear();
    location.assign('/signin');
  };
}
