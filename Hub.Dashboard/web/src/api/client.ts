import type { Problem } from './types';

/** A refusal of the API, with what the hub said about it. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title ?? `HTTP ${problem.status}`);
    this.name = 'ApiError';
  }

  get status(): number {
    return this.problem.status;
  }
}

const tokenKey = 'hub.token';
let token = typeof sessionStorage === 'undefined' ? null : sessionStorage.getItem(tokenKey);

/** Bearer token of a sign-in link, kept for this tab only; null when the cookie speaks for us. */
export const bearer = (): string | null => token;

export function keepBearer(value: string | null): void {
  token = value;
  if (value === null) sessionStorage.removeItem(tokenKey);
  else sessionStorage.setItem(tokenKey, value);
}

export type Query = Record<string, string | number | boolean | null | undefined>;

export function queryString(query: Query): string {
  const parts = Object.entries(query).filter(([, v]) => v !== null && v !== undefined && v !== '');
  return parts.length === 0 ? '' : `?${new URLSearchParams(parts.map(([k, v]) => [k, String(v)])).toString()}`;
}

/** Status 0 in the problem means that the hub could not be reached at all. */
async function send<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': document.documentElement.lang || 'zh-CN', 'X-Hub-Request': 'pages' };
  if (token) headers.Authorization = `Bearer ${token}`;
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers['Content-Type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(`/api/v1/${path}`, {
      method, headers, signal, credentials: 'same-origin',
      body: body === undefined ? undefined : form ? body : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError({ status: 0, title: 'unreachable' });
  }
  if (response.ok) return (response.status === 204 ? undefined : await readJson(response)) as T;
  throw new ApiError({ ...(await readProblem(response)), status: response.status });
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  return text.length === 0 ? undefined : JSON.parse(text);
}

async function readProblem(response: Response): Promise<Partial<Problem>> {
  try {
    const value = (await readJson(response)) as Partial<Problem> | undefined;
    return value ?? { title: response.statusText };
  } catch {
    return { title: response.statusText };
  }
}

export const get = <T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> => send('GET', path + queryString(query), undefined, signal);
export const post = <T>(path: string, body?: unknown): Promise<T> => send('POST', path, body);
export const remove = <T>(path: string, query: Query = {}): Promise<T> => send('DELETE', path + queryString(query));
