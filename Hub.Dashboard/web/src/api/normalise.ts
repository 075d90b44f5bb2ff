import { caseStates, severities } from './types';
import type { AllowedAction, CaseEvent, CaseInput, CaseState, Community, Device, Evidence, GridCase, Page, Severity } from './types';

type Raw = Record<string, unknown>;

const text = (v: unknown, otherwise = ''): string => (typeof v === 'string' ? v : typeof v === 'number' ? String(v) : otherwise);
const number = (v: unknown): number | null => (typeof v === 'number' && Number.isFinite(v) ? v : null);
const list = (v: unknown): Raw[] => (Array.isArray(v) ? v.filter((x): x is Raw => typeof x === 'object' && x !== null) : []);
const words = (v: unknown): string[] => (Array.isArray(v) ? v.map((x) => text(x)).filter((x) => x !== '') : []);

const statesByName = new Map<string, CaseState>(caseStates.map((s) => [s.toLowerCase(), s]));
const closed: ReadonlySet<CaseState> = new Set(['NotFiled', 'Closed', 'FedBack', 'Rated', 'Cancelled', 'Merged']);

/** The state of that name, in whatever case it is written; an unknown one reads as Reported rather than breaking the page. */
export const stateOf = (v: unknown): CaseState => statesByName.get(text(v).toLowerCase()) ?? 'Reported';
export const isOpen = (state: CaseState): boolean => !closed.has(state);
export const severityOf = (v: unknown): Severity =>
  typeof v === 'number' ? (severities[v - 1] ?? 'P4') : (severities.find((s) => s === text(v).toUpperCase()) ?? 'P4');

/** Fills what a server leaves out, so that no page has to ask whether a member is there. */
export function toCase(raw: unknown): GridCase {
  const r = (raw ?? {}) as Raw;
  const state = stateOf(r.state);
  const title = text(r.title, text(r.type));
  const place = text(r.place);
  const openedAt = text(r.openedAt, text(r.updatedAt));
  return {
    id: text(r.id), type: text(r.type), severity: severityOf(r.severity), state, title,
    titleZh: text(r.titleZh, title), titleEn: text(r.titleEn, title),
    explanationZh: text(r.explanationZh, text(r.explanation)), explanationEn: text(r.explanationEn, text(r.explanation)),
    place, placeTitleZh: text(r.placeTitleZh, text(r.placeTitle, place)), placeTitleEn: text(r.placeTitleEn, text(r.placeTitle, place)),
    zone: typeof r.zone === 'string' ? r.zone : null,
    longitude: number(r.longitude), latitude: number(r.latitude),
    grid: text(r.grid), dedicatedGrids: words(r.dedicatedGrids),
    openedAt, occurredAt: text(r.occurredAt, openedAt), updatedAt: text(r.updatedAt, openedAt),
    version: number(r.version) ?? 0, open: typeof r.open === 'boolean' ? r.open : isOpen(state),
    sim: r.sim === true, rule: text(r.rule), ruleVersion: text(r.ruleVersion), basis: text(r.basis), confidence: number(r.confidence) ?? 1,
    active: r.active === true, alertCount: number(r.alertCount) ?? 0, restricted: r.restricted === true,
    assignee: text(r.assignee), handler: text(r.handler), receivers: words(r.receivers),
    limit: text(r.limit) as GridCase['limit'], dueAt: typeof r.dueAt === 'string' ? r.dueAt : null,
    escalationLevel: number(r.escalationLevel) ?? 0, overdue: r.overdue === true, returns: number(r.returns) ?? 0,
    reopenOf: typeof r.reopenOf === 'string' ? r.reopenOf : null, devices: words(r.devices),
    inputs: list(r.inputs).map(toInput),
    commands: list(r.commands).map((c) => ({
      id: text(c.id), device: text(c.device), name: text(c.name), state: text(c.state), requestedAt: text(c.requestedAt),
      acknowledgedAt: typeof c.acknowledgedAt === 'string' ? c.acknowledgedAt : null,
    })),
  };
}

const toInput = (i: Raw): CaseInput => ({
  device: text(i.device), channel: text(i.channel), at: text(i.at), value: number(i.value) ?? NaN, unit: text(i.unit),
  comparison: text(i.comparison), threshold: number(i.threshold), snapshot: typeof i.snapshot === 'string' ? i.snapshot : null,
});

export function toEvent(raw: unknown): CaseEvent {
  const r = (raw ?? {}) as Raw;
  return {
    sequence: number(r.sequence) ?? 0, caseId: text(r.caseId), version: number(r.version) ?? 0, kind: text(r.kind), at: text(r.at),
    actor: text(r.actor, 'system'), post: text(r.post, 'system'), state: stateOf(r.state),
    data: (typeof r.data === 'object' && r.data !== null ? r.data : {}) as Record<string, unknown>,
    hash: text(r.hash), previousHash: text(r.previousHash), case: r.case ? toCase(r.case) : undefined,
  };
}

export function toDevice(raw: unknown): Device {
  const r = (raw ?? {}) as Raw;
  const kind = text(r.kind);
  const place = text(r.place);
  return {
    id: text(r.id), kind, kindZh: text(r.kindZh, kind), kindEn: text(r.kindEn, kind), name: text(r.name),
    place, placeTitleZh: text(r.placeTitleZh, place), placeTitleEn: text(r.placeTitleEn, place),
    online: r.online === true, lastSeen: typeof r.lastSeen === 'string' ? r.lastSeen : null, sim: r.sim === true, disabled: r.disabled === true,
    perSecond: number(r.perSecond), quarantineEnds: typeof r.quarantineEnds === 'string' ? r.quarantineEnds : null,
    longitude: number(r.longitude), latitude: number(r.latitude), attributes: (r.attributes ?? {}) as Record<string, string>,
  };
}

export function toAction(raw: unknown): AllowedAction {
  const r = (raw ?? {}) as Raw;
  const title = text(r.title, text(r.action));
  return {
    action: text(r.action), titleZh: text(r.titleZh, title), titleEn: text(r.titleEn, title), transition: text(r.transition),
    state: stateOf(r.state), post: text(r.post), asksOnly: r.asksOnly === true, needs: words(r.needs),
  };
}

export function toEvidence(raw: unknown): Evidence {
  const r = (raw ?? {}) as Raw;
  return {
    kind: text(r.kind), ref: text(r.ref), hash: text(r.hash), at: text(r.at), by: text(r.by), url: typeof r.url === 'string' ? r.url : null,
  };
}

/** The plan with one spelling of its properties, whoever drew it. */
export function toCommunity(raw: unknown): Community {
  const r = (raw ?? {}) as Raw;
  const plan = (r.plan ?? {}) as { features?: GeoJSON.Feature[] };
  return {
    id: text(r.id), titleZh: text(r.titleZh, text(r.title)), titleEn: text(r.titleEn, text(r.title)),
    plan: { type: 'FeatureCollection', features: (plan.features ?? []).map(toPlanFeature) },
    devices: list(r.devices).flatMap((d) => {
      const longitude = number(d.longitude), latitude = number(d.latitude);
      return longitude === null || latitude === null ? [] : [{ id: text(d.id), kind: text(d.kind), longitude, latitude, online: d.online === true }];
    }),
  };
}

function toPlanFeature(feature: GeoJSON.Feature): GeoJSON.Feature {
  const p = feature.properties ?? {};
  const id = text(p.id, text(p.place));
  const titleZh = text(p.titleZh, text(p.nameZh, id)), titleEn = text(p.titleEn, text(p.nameEn, id));
  return { ...feature, properties: { id, kind: text(p.kind), titleZh, titleEn } };
}

/** A list answer, or a bare array, as a page. */
export function toPage<T>(raw: unknown, each: (item: unknown) => T): Page<T> {
  if (Array.isArray(raw)) return { items: raw.map(each), next: null };
  const r = (raw ?? {}) as Raw;
  const items = Array.isArray(r.items) ? r.items : [];
  return { items: items.map(each), next: typeof r.next === 'string' ? r.next : null, sequence: number(r.sequence) ?? undefined, counts: (r.counts as Record<string, number> | undefined) };
}
