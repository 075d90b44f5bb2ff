import type { Severity } from './cases';

/** `GET rules` → `{items}` and `GET rules/{id}`. */
export interface Rule {
  id: string;
  version: string;
  pack: string;
  type: string;
  titleZh: string;
  titleEn: string;
  severity: Severity;
  owner: string;
  basis: string;
  basisEn: string;
  shadow: boolean;
  descriptionZh: string;
  descriptionEn: string;
  /** Its YAML text. */
  source: string;
  alertsRaised: number;
  /** Since when its alerts below P1 make no cases, because it matches nearly everything. */
  shadowedSince: string | null;
  divisionsByZero: number;
}

/** `GET rules/versions`. */
export interface RuleVersions {
  fingerprint: string;
  since: string;
  folder: string;
  faults: string[];
  kept: { fingerprint: string; since: string; by: string }[];
}

/** `GET rules/{id}/trace` → `{items}`. */
export interface RuleTrace {
  at: string;
  ruleVersion: string;
  device: string;
  place: string;
  zone: string;
  /** `raised`, `strengthened`, `cleared`, `open`, `clearing`, `held`, `suppressed`, `false`. */
  outcome: string;
  /** Id of a suppression, `flapping` or `flood`; empty when nothing held it back. */
  heldBy: string;
  detail: string;
  steps: { name: string; severity: Severity; holds: boolean; parts: TracePart[] }[];
}

/** One part of a condition, a parent before its children. */
export interface TracePart {
  depth: number;
  kind: string;
  text: string;
  holds: boolean;
  has: number | null;
  wants: number | null;
  unit: string;
  comparison: string;
}

/** Answers about one device, from judging the journal again. */
export interface Retrace {
  items: RuleTrace[];
  from: string;
  to: string;
  warmFrom: string | null;
  /** Why the rule never asks this device; empty when it does. */
  notWatched: string;
  heard: number;
  judged: number;
}
