/** Asks the console's server. */
import type { ProblemJson, RedriveEnd, RedriveProgress, RedriveRequest } from '../api-types.ts';
import { LineSplitter } from './model/line-splitter.ts';
import { sessionToken } from './model/session-token.ts';

const token = sessionToken({
  hash: location.hash,
  storage: sessionStorage,
  replaceHash: (hash) => history.replaceState(null, '', hash),
});

/** The server said no; the message tells why and what to do. */
export class Refusal extends Error {
  readonly status: number;
  readonly issues: ProblemJson['issues'];

  constructor({ status, title, detail, issues }: ProblemJson) {
    super(detail ?? title);
    this.status = status;
    this.issues = issues;
  }
}

/** Nobody answered: the server has been stopped, or is starting. */
export class NoAnswer extends Error {
  constructor() {
    super('The console’s server does not answer. Is it still running in its terminal?');
  }
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await ask('GET', path, undefined, signal)).json()) as T;
}

/** @param body sent as JSON; undefined: none */
export async function send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const response = await ask(method, path, body);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** Redrives, and tells of each step; the last one is returned. */
export async function redrive(
  request: RedriveRequest,
  onProgress: (progress: RedriveProgress) => void,
  signal: AbortSignal,
): Promise<RedriveEnd> {
  const response = await ask('POST', '/console/api/dlq/redrive', request, signal);
  const splitter = new LineSplitter();
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  if (reader === undefined) throw new NoAnswer();
  for (;;) {
    const { value, done } = await reader.read().catch(() => ({ value: undefined, done: true }));
    if (done)
      throw new Error('The redrive broke off. What is not redriven is still in the DLQ: do it again.');
    for (const line of splitter.push(decoder.decode(value, { stream: true }))) {
      const progress = JSON.parse(line) as RedriveProgress | RedriveEnd;
      onProgress(progress);
      if ('finished' in progress) return progress;
    }
  }
}

async function ask(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(path, {
    method,
    headers: {
      'x-console': '1',
      ...(method !== 'GET' && { 'content-type': 'application/json' }),
      ...(token !== undefined && { 'x-console-token': token }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal !== undefined && { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new NoAnswer();
  });
  if (!response.ok) throw new Refusal(await problemOf(response));
  return response;
}

async function problemOf(response: Response): Promise<ProblemJson> {
  const detail = `The server answered ${response.status}.`;
  const fallback = { title: response.statusText, status: response.status, detail };
  return { ...fallback, ...((await response.json().catch(() => ({}))) as Partial<ProblemJson>) };
}
