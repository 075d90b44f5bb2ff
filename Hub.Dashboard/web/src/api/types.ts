/**
 * What the pages read from the hub's public API, field by field.
 * Times are ISO 8601 strings with offset. Texts that people read come in both languages (`…Zh`, `…En`).
 * Every page reads through these shapes and nothing else; `normalise.ts` is forgiving about what is left out.
 */

export type Severity = 'P1' | 'P2' | 'P3' | 'P4';
export const severities: readonly Severity[] = ['P1', 'P2', 'P3', 'P4'];

/** Names exactly as the server's CaseState. */
export const caseStates = [
  'Reported', 'Verifying', 'Filed', 'NotFiled', 'Dispatched', 'Accepted', 'Handling', 'Suspended',
  'Handled', 'Rework', 'Closed', 'FedBack', 'Rated', 'Transferred', 'Cancelled', 'Merged',
] as const;
export type CaseState = (typeof caseStates)[number];

/** The running time limit of a case. */
export type Limit = 'acknowledge' | 'onSite' | 'handle' | 'verify' | '';

/** One page of a list: `next` is the cursor of the following page, null on the last. */
export interface Page<T> {
  items: T[];
  next: string | null;
  /** Sequence of the newest case event the page was read at (case list only): the live stream goes on from here. */
  sequence?: number;
  /** How many there are in all, by reason (dead letters only). */
  counts?: Record<string, number>;
}

/** A reading or event that took part in an alert, against its threshold. */
export interface CaseInput {
  device: string;
  /** Channel name, or `event.TYPE`. */
  channel: string;
  at: string;
  value: number;
  unit: string;
  /** `>=`, `<`, …; empty when it was context only. */
  comparison: string;
  threshold: number | null;
  snapshot: string | null;
}

export interface CaseCommand {
  id: string;
  device: string;
  name: string;
  /** `requested`, `acknowledged` or `failed`. */
  state: string;
  requestedAt: string;
  acknowledgedAt: string | null;
}

/** A case as it stands: `GET cases`, `GET cases/{id}`, and `case` of every streamed event. */
export interface GridCase {
  id: string;
  type: string;
  severity: Severity;
  state: CaseState;
  title: string;
  titleZh: string;
  titleEn: string;
  explanationZh: string;
  explanationEn: string;
  /** Path of the place. */
  place: string;
  placeTitleZh: string;
  placeTitleEn: string;
  zone: string | null;
  /** WGS 84 degrees, null when not surveyed. */
  longitude: number | null;
  latitude: number | null;
  /** Code of the base grid. */
  grid: string;
  dedicatedGrids: string[];
  openedAt: string;
  occurredAt: string;
  updatedAt: string;
  /** Events so far; sent back as `expectedVersion` with a transition. */
  version: number;
  open: boolean;
  sim: boolean;
  rule: string;
  ruleVersion: string;
  basis: string;
  confidence: number;
  /** Whether the condition still holds. */
  active: boolean;
  alertCount: number;
  restricted: boolean;
  assignee: string;
  handler: string;
  receivers: string[];
  limit: Limit;
  dueAt: string | null;
  escalationLevel: number;
  overdue: boolean;
  returns: number;
  reopenOf: string | null;
  devices: string[];
  inputs: CaseInput[];
  commands: CaseCommand[];
}

/** One entry of a case's record: `GET cases/{id}/events` and the items of `StreamCases`. */
export interface CaseEvent {
  sequence: number;
  caseId: string;
  version: number;
  /** `reported`, `filed`, `dispatched`, `accepted`, `alertJoined`, `severityRaised`, `escalated`, `commandAcknowledged`, `note`, … */
  kind: string;
  at: string;
  /** Account id, or `system`. */
  actor: string;
  post: string;
  state: CaseState;
  data: Record<string, unknown>;
  hash: string;
  previousHash: string;
  /** The case after the event; on the live stream only. */
  case?: GridCase;
}

/** A button the state and my posts allow: `GET cases/{id}/actions` → `{items}`. */
export interface AllowedAction {
  action: string;
  titleZh: string;
  titleEn: string;
  /** Number in the table of transitions (`T6`). */
  transition: string;
  /** State afterwards. */
  state: CaseState;
  /** Post it would be done in. */
  post: string;
  /** The post may only ask; another has to grant it. */
  asksOnly: boolean;
  /** Members of the request that must be filled: `reason`, `note`, `arrival`, `photos`, `photo`, `actionCode`, `untilMs`, `target`, `receipt`, `rating`, `evidence`. */
  needs: string[];
}

export interface EvidenceRef {
  /** `photo`, `photoBefore`, `photoAfter`, `readings`, `clip`, `document`, `call`. */
  kind: string;
  ref: string;
  hash?: string;
}

/** `POST cases/{id}/transitions`. Answers the case; 409 with what is allowed now when it moved on meanwhile. */
export interface TransitionBody {
  action: string;
  post?: string;
  expectedVersion: number;
  note?: string;
  reason?: string;
  assignee?: string;
  evidence?: EvidenceRef[];
  arrival?: { longitude?: number; latitude?: number; plate?: string };
  untilMs?: number;
  target?: string;
  receipt?: string;
  actionCode?: string;
  rating?: number;
}

/** `GET cases/{id}/evidence` → `{items}`; `POST` multipart with `file`, `kind`, `note` answers the item. */
export interface Evidence {
  kind: string;
  ref: string;
  /** SHA-256 of the object, lower-case hex; empty when there is no object. */
  hash: string;
  at: string;
  by: string;
  /** Where to fetch it; null when it lives at the edge. */
  url: string | null;
}

export interface Device {
  id: string;
  kind: string;
  kindZh: string;
  kindEn: string;
  name: string;
  place: string;
  placeTitleZh: string;
  placeTitleEn: string;
  online: boolean;
  lastSeen: string | null;
  sim: boolean;
  disabled: boolean;
  perSecond: number | null;
  quarantineEnds: string | null;
  longitude: number | null;
  latitude: number | null;
  attributes: Record<string, string>;
}

/** Newest value of a channel: `latest` of `GET devices/{id}`. */
export interface LatestReading {
  channel: string;
  titleZh: string;
  titleEn: string;
  unit: string;
  at: string;
  value: number | null;
  text: string | null;
}

export interface DeviceDetail extends Device {
  latest: LatestReading[];
}

/** `GET readings?device=&channel=&from=&to=&step=` → `{device, channel, unit, items}`. */
export interface Series {
  device: string;
  channel: string;
  unit: string;
  items: SeriesPoint[];
}

export interface SeriesPoint {
  at: string;
  value: number | null;
  min: number | null;
  max: number | null;
  last: number | null;
  count: number;
  text: string | null;
}

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

export interface DeadLetter {
  id: number;
  lane: number;
  position: number;
  topic: string;
  device: string;
  at: string;
  reason: string;
  detail: string;
  /** First bytes as text when they are UTF-8, else hexadecimal. */
  payload: string;
  encoding: 'utf8' | 'hex';
  payloadBytes: number;
}

/** A message the door refused: `GET refusals`. */
export interface Refusal {
  number: number;
  at: string;
  topic: string;
  client: string;
  reason: string;
  payload: string;
  encoding: 'utf8' | 'hex';
  payloadBytes: number;
}

/** Which dead letters a deed is about; what is empty does not restrict. */
export interface DeadLetterFilter {
  reason?: string;
  device?: string;
  topic?: string;
}

/** How the journal and the readings store are: `GET storage`. */
export interface Storage {
  store: string;
  reachable: boolean;
  troubleSince: string | null;
  trouble: string | null;
  lag: Record<string, number>;
  lagSeconds: number;
  refusedLines: number;
  lastRefusal: string | null;
  damagedChunks: number;
  journal: {
    full: string | null;
    bytes: number;
    segments: number;
    freeBytes: number;
    damagedRecords: number;
    damagedBytes: number;
    tornBytes: number;
    failedCommits: number;
  };
}

export interface Ledger {
  received: number;
  rejected: Record<string, number>;
  unclaimed: number;
  duplicates: number;
  journalled: number;
  decoded: number;
  deadLettered: number;
  readings: number;
  stored: number;
  queued: number;
  late: number;
  balanced: boolean;
}

/** Key figures of the wall: `GET stats`. */
export interface Stats {
  /** The hub's clock, and how many of its seconds pass in one of ours. */
  now: string;
  speed: number;
  sequence: number;
  open: Record<Severity, number>;
  openedToday: number;
  closedToday: number;
  overdue: number;
  devices: number;
  devicesOnline: number;
  messagesPerSecond: number;
  /** Median seconds from dispatch to acceptance today; null when nothing was accepted. */
  acknowledgeSeconds: number | null;
  ledger: Pick<Ledger, 'received' | 'stored' | 'queued' | 'balanced'>;
}

/** A device on the plan; compact because there are thousands. */
export interface PlanDevice {
  id: string;
  kind: string;
  longitude: number;
  latitude: number;
  online: boolean;
}

/**
 * The plan of the community: `GET community`.
 * `plan` holds polygons and lines with `properties {id, kind, titleZh, titleEn}`; `kind` is the kind of place:
 * `estate`, `building`, `shed`, `lane`, `gate`, `yard`, `parking`, `road`, `green`.
 */
export interface Community {
  id: string;
  titleZh: string;
  titleEn: string;
  plan: GeoJSON.FeatureCollection;
  devices: PlanDevice[];
}

/** `GET session`. */
export interface Session {
  id: string;
  name: string;
  roles: string[];
  grids: string[];
}

/** One row of `GET reports/monthly?month=2026-11`. */
export interface ReportRow {
  /** Code of the grid, id of the type, or name of the unit. */
  key: string;
  titleZh: string;
  titleEn: string;
  /** Parent grid, empty at the top. */
  parent: string;
  dedicated: boolean;
  reported: number;
  filed: number;
  dispatched: number;
  returned: number;
  handled: number;
  reworked: number;
  closed: number;
  closedInTime: number;
  due: number;
  overdue: number;
  recurred: number;
}

export interface MonthlyReport {
  month: string;
  total: ReportRow;
  byGrid: ReportRow[];
  byType: ReportRow[];
  byUnit: ReportRow[];
  byRule: ReportRow[];
  asOf: string;
}

/** RFC 9457 problem. `allowed` names what may be done instead (409) or which values are taken (400). */
export interface Problem {
  type?: string;
  title?: string;
  status: number;
  detail?: string;
  allowed?: string[];
}
