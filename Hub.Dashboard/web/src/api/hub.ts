import { get, post, remove } from './client';
import type { Query } from './client';
import { toAction, toCase, toCommunity, toDevice, toEvent, toEvidence, toPage } from './normalise';
import type {
  AllowedAction, CaseEvent, Community, DeadLetter, DeadLetterFilter, Device, DeviceDetail, Evidence, GridCase, Ledger, MonthlyReport, Page, Retrace, Refusal, Rule, RuleTrace, RuleVersions,
  Series, Session, Stats, Storage, TransitionBody,
} from './types';

const id = encodeURIComponent;
const same = <T>(x: unknown): T => x as T;

/** Every question the pages ask the hub. */
export const hub = {
  session: () => get<Session>('session'),
  signIn: (name: string, password: string) => post<Session>('session', { name, password }),
  signOut: () => remove<void>('session'),

  stats: (signal?: AbortSignal) => get<Stats>('stats', {}, signal),
  ledger: (signal?: AbortSignal) => get<Ledger>('ledger', {}, signal),
  community: async (signal?: AbortSignal): Promise<Community> => toCommunity(await get('community', {}, signal)),
  grids: (signal?: AbortSignal) => get<GeoJSON.FeatureCollection>('grids', {}, signal),

  cases: async (query: Query, signal?: AbortSignal): Promise<Page<GridCase>> => toPage(await get('cases', query, signal), toCase),
  case: async (caseId: string, signal?: AbortSignal): Promise<GridCase> => toCase(await get(`cases/${id(caseId)}`, {}, signal)),
  events: async (caseId: string, signal?: AbortSignal): Promise<CaseEvent[]> =>
    toPage(await get(`cases/${id(caseId)}/events`, {}, signal), toEvent).items,
  actions: async (caseId: string, signal?: AbortSignal): Promise<AllowedAction[]> =>
    toPage(await get(`cases/${id(caseId)}/actions`, {}, signal), toAction).items,
  evidence: async (caseId: string, signal?: AbortSignal): Promise<Evidence[]> =>
    toPage(await get(`cases/${id(caseId)}/evidence`, {}, signal), toEvidence).items,
  transition: async (caseId: string, body: TransitionBody): Promise<GridCase> => toCase(await post(`cases/${id(caseId)}/transitions`, body)),
  upload: (caseId: string, file: File, kind: string, note: string): Promise<Evidence> => {
    const form = new FormData();
    form.set('kind', kind);
    form.set('note', note);
    form.set('file', file);
    return post(`cases/${id(caseId)}/evidence`, form);
  },

  devices: async (query: Query, signal?: AbortSignal): Promise<Page<Device>> => toPage(await get('devices', query, signal), toDevice),
  device: async (deviceId: string, signal?: AbortSignal): Promise<DeviceDetail> => {
    const raw = await get<Partial<DeviceDetail>>(`devices/${id(deviceId)}`, {}, signal);
    return { ...toDevice(raw), latest: raw.latest ?? [] };
  },
  register: (devices: readonly { id: string; kind: string; place: string; password: string }[]) => post<void>('devices/import', devices),
  readings: (query: Query, signal?: AbortSignal) => get<Series>('readings', query, signal),

  rules: async (signal?: AbortSignal): Promise<Rule[]> => toPage(await get('rules', {}, signal), same<Rule>).items,
  rule: (ruleId: string, signal?: AbortSignal) => get<Rule>(`rules/${id(ruleId)}`, {}, signal),
  versions: (signal?: AbortSignal) => get<RuleVersions>('rules/versions', {}, signal),
  trace: async (ruleId: string, device: string, signal?: AbortSignal): Promise<RuleTrace[]> =>
    toPage(await get(`rules/${id(ruleId)}/trace`, { device, limit: 100 }, signal), same<RuleTrace>).items,
  retrace: (ruleId: string, device: string, at: string, signal?: AbortSignal) => get<Retrace>(`rules/${id(ruleId)}/trace`, { device, at, limit: 200 }, signal),

  deadLetters: async (query: Query, signal?: AbortSignal): Promise<Page<DeadLetter>> => toPage(await get('deadletters', query, signal), same<DeadLetter>),
  deleteDeadLetters: (which: { ids: readonly number[] } | { filter: DeadLetterFilter }) => post<{ count: number }>('deadletters/delete', which),
  redecode: (which: { ids: readonly number[] } | { filter: DeadLetterFilter }) => post<{ tried: number; decoded: number }>('deadletters/redecode', which),
  refusals: async (signal?: AbortSignal): Promise<Page<Refusal>> => toPage(await get('refusals', { limit: 100 }, signal), same<Refusal>),
  storage: (signal?: AbortSignal) => get<Storage>('storage', {}, signal),
  report: (month: string, signal?: AbortSignal) => get<MonthlyReport>('reports/monthly', { month }, signal),
};
