import { get, post, remove } from './client';
import type { Severity } from './types';

/** One file of the rules folder; an empty text takes it out. */
export interface PackText {
  file: string;
  text: string;
}

export interface Figures {
  now: number;
  tried: number;
  same: number;
  gained: number;
  lost: number;
  earlier: number;
  later: number;
  shiftSeconds: number | null;
}

export interface Verdicts {
  confirmed: number;
  dismissed: number;
  missed: number;
  precision: number | null;
  recall: number | null;
}

export interface TrialRow {
  rule: string;
  type: string;
  titleZh: string;
  titleEn: string;
  version: string;
  triedVersion: string;
  changed: boolean;
  alerts: Figures;
  cases: Figures;
  now: Verdicts;
  tried: Verdicts;
}

export interface Workload {
  grid: string;
  title: { zh: string; en: string };
  worker: string;
  now: number;
  tried: number;
  nowPerDay: number;
  triedPerDay: number;
}

export interface TrialChange {
  kind: 'gained' | 'lost' | 'earlier' | 'later';
  rule: string;
  /** False: an alert of a rule on trial, which opens no case. */
  case: boolean;
  severity: Severity;
  titleZh: string;
  titleEn: string;
  place: string;
  nowAt: string | null;
  triedAt: string | null;
  /** What people said of the real case: `confirmed`, `dismissed` or empty. */
  verdict: string;
}

export interface TrialReport {
  fingerprint: string;
  triedFingerprint: string;
  from: string;
  to: string;
  warmFrom: string | null;
  messages: number;
  readings: number;
  seconds: number;
  total: TrialRow;
  rules: TrialRow[];
  workload: Workload[];
  changes: TrialChange[];
  changesLeftOut: number;
}

export type TrialState = 'Waiting' | 'Running' | 'Done' | 'Failed' | 'Cancelled';

export interface Trial {
  id: string;
  state: TrialState;
  share: number;
  messages: number;
  askedAt: string;
  endedAt: string | null;
  by: string;
  from: string;
  to: string;
  files: string[];
  fault: string;
  report: TrialReport | null;
}

export interface TrialOrder {
  files: readonly PackText[];
  from: string;
  to: string;
  warm: string;
}

/** What the trial page asks the hub. */
export const trials = {
  files: (signal?: AbortSignal) => get<{ fingerprint: string; files: PackText[] }>('rules/files', {}, signal),
  check: (files: readonly PackText[]) => post<{ faults: string[]; fingerprint: string }>('rules/check', { files }),
  start: (order: TrialOrder) => post<Trial>('rules/backtest?wait=0', order),
  list: async (signal?: AbortSignal): Promise<Trial[]> => (await get<{ items: Trial[] }>('rules/backtests', {}, signal)).items,
  one: (id: string, signal?: AbortSignal) => get<Trial>(`rules/backtests/${encodeURIComponent(id)}`, { wait: '1s' }, signal),
  cancel: (id: string) => remove<void>(`rules/backtests/${encodeURIComponent(id)}`),
  promote: (files: readonly PackText[], fingerprint: string, reason: string) =>
    post<{ fingerprint: string; changed: string[] }>('rules/promote', { files, fingerprint, reason }),
};

/** The posts that may try and promote rules. */
export const mayTry = (roles: readonly string[]): boolean => roles.some((r) => r === 'Admin' || r === 'Maintainer' || r === 'ShiftLeader');

export interface RuleVerdicts {
  rule: string;
  /** Empty over all versions. */
  version: string;
  cases: number;
  confirmed: number;
  dismissed: number;
  /** Opened within an hour after the case before it. */
  again: number;
  precision: number | null;
  open: number;
}

export interface Offender {
  device: string;
  rule: string;
  cases: number;
  confirmed: number;
  dismissed: number;
  lastAt: string;
}

export interface Advice {
  rule: string;
  kind: 'threshold' | 'deadBand';
  parameter: string;
  from: string;
  to: string;
  channel: string;
  avoids: number;
  of: number;
  lifeSafety: boolean;
  files: PackText[];
  judgement: 'untried' | 'trying' | 'holds' | 'fails' | 'unknown';
  trial: string;
  now: Verdicts | null;
  tried: Verdicts | null;
}

/** What people said of cases, and what follows from it. */
export const feedback = {
  read: (rule?: string, signal?: AbortSignal) => get<{ from: string; to: string; rules: RuleVerdicts[]; devices: Offender[] }>('rules/feedback', { rule }, signal),
  advice: async (rule?: string, signal?: AbortSignal): Promise<Advice[]> => (await get<{ items: Advice[] }>('rules/advice', { rule }, signal)).items,
  tryAdvice: () => post<{ trials: number }>('rules/advice/try'),
};
