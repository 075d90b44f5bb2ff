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
