import { get, post } from './client';
import { toPage } from './normalise';
import type { Severity } from './types';

export const suppressionKinds = ['maintenance', 'silence', 'test', 'inhibitor'] as const;
export type SuppressionKind = (typeof suppressionKinds)[number];

/** One row of `GET suppressions`. */
export interface Suppression {
  id: string;
  kind: SuppressionKind;
  state: 'planned' | 'active' | 'over';
  owner: string;
  reason: string;
  from: string;
  to: string;
  place: string;
  placeTitleZh: string;
  placeTitleEn: string;
  devices: string[];
  kinds: string[];
  types: string[];
  rules: string[];
  while: string[];
  whileLevel: string;
  by: string;
  madeAt: string;
  endedAt: string | null;
  endedBy: string;
  held: number;
}

/** One row of `GET suppressions/held`. */
export interface HeldAlert {
  rule: string;
  type: string;
  severity: Severity;
  place: string;
  placeTitleZh: string;
  placeTitleEn: string;
  device: string;
  since: string;
  by: string;
}

export type SuppressionBody = Partial<Pick<Suppression, 'kind' | 'owner' | 'reason' | 'from' | 'to' | 'place' | 'devices' | 'kinds' | 'types' | 'while' | 'whileLevel'>>;

const same = <T>(x: unknown): T => x as T;

/** What holds alerts back. */
export const suppressions = {
  list: async (signal?: AbortSignal): Promise<Suppression[]> => toPage(await get('suppressions', { limit: 200 }, signal), same<Suppression>).items,
  held: async (signal?: AbortSignal): Promise<HeldAlert[]> => toPage(await get('suppressions/held', {}, signal), same<HeldAlert>).items,
  add: (body: SuppressionBody) => post<Suppression>('suppressions', body),
  end: (id: string) => post<Suppression>(`suppressions/${encodeURIComponent(id)}/end`),
};

export const maySuppress = (roles: readonly string[]): boolean => roles.some((r) => r === 'Admin' || r === 'Maintainer' || r === 'ShiftLeader');
