import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

const HOSTS = 10;

/** What one measurement has found of the hosts that are well in both. */
export interface Measurement {
  /** From when the outcome was stored to when the receiver had the callback, in milliseconds, sorted. */
  readonly latenciesMs: readonly number[];
  /** Submitted for those hosts, and not received when the time was over. */
  readonly missing: number;
  /** Attempts that the tenth host got. */
  readonly attemptsAtTenth: number;
}

export interface MeasurementSettings {
  readonly apiUrl: string;
  /** Tasks a second, all hosts together. */
  readonly ratePerSecond: number;
  readonly seconds: number;
  /** What the tenth host does, from the first callback on. */
  readonly tenth: 'well' | 'hangs';
  readonly signal: AbortSignal;
}

/** Who is late by then is missing. */
const LAST_CALLBACK_WITHIN_MS = 60_000;

/** Submits tasks at a steady pace, whose callbacks are bound for ten hosts in turn. */
export async function measure(settings: MeasurementSettings): Promise<Measurement> {
  const { apiUrl, ratePerSecond, seconds, tenth, signal } = settings;
  const latenciesMs: number[] = [];
  let attemptsAtTenth = 0;
  const hosts: Host[] = [];
  try {
    while (hosts.length < HOSTS - 1) hosts.push(await startHost((ms) => latenciesMs.push(ms), answerAtOnce));
    const countAttempt = () => {
      attemptsAtTenth += 1;
    };
    hosts.push(await startHost(countAttempt, tenth === 'hangs' ? () => {} : answerAtOnce));
    const tasks = Math.round(ratePerSecond * seconds);
    const expected = tasks - Math.floor(tasks / HOSTS);
    const submissions: Promise<void>[] = [];
    const beganMs = performance.now();
    for (let index = 0; index < tasks && !signal.aborted; index += 1) {
      await delay(Math.max(0, beganMs + (index * 1_000) / ratePerSecond - performance.now()));
      submissions.push(submit(apiUrl, hosts[index % HOSTS]?.url ?? ''));
    }
    await Promise.all(submissions);
    const untilMs = performance.now() + LAST_CALLBACK_WITHIN_MS;
    while (latenciesMs.length < expected && performance.now() < untilMs && !signal.aborted) await delay(50);
    signal.throwIfAborted();
    return {
      latenciesMs: latenciesMs.toSorted((a, b) => a - b),
      missing: expected - latenciesMs.length,
      attemptsAtTenth,
    };
  } finally {
    for (const { server } of hosts) {
      server.closeAllConnections();
      server.close();
    }
  }
}

/** @param share in (0, 1] */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}

/** In the warm-up every host takes its time, so that callbacks hold places and the pool of functions grows. */
const WARM_UP = { seconds: 25, ratePerSecond: 10, answerAfterMs: 4_000 };

/**
 * Has deliver's functions started, as many as may be: else what is measured would be how the local stack starts
 * them. All hosts are well, if slow, and none of them is met again.
 */
export async function warmUp(apiUrl: string, signal: AbortSignal): Promise<void> {
  const { seconds, ratePerSecond, answerAfterMs } = WARM_UP;
  let received = 0;
  const host = await startHost(
    () => {
      received += 1;
    },
    (answer) => setTimeout(() => answer.end(), answerAfterMs),
  );
  try {
    const tasks = seconds * ratePerSecond;
    for (let index = 0; index < tasks && !signal.aborted; index += 1) {
      await Promise.all([submit(apiUrl, host.url), delay(1_000 / ratePerSecond)]);
    }
    const untilMs = performance.now() + LAST_CALLBACK_WITHIN_MS;
    while (received < tasks && performance.now() < untilMs && !signal.aborted) await delay(50);
    await delay(answerAfterMs);
    signal.throwIfAborted();
  } finally {
    host.server.closeAllConnections();
    host.server.close();
  }
}

/** A customer's host on loopback: another port is another host to the breaker. */
interface Host {
  readonly server: Server;
  readonly url: string;
}

function answerAtOnce(answer: ServerResponse): void {
  answer.end();
}

async function startHost(
  received: (latencyMs: number) => void,
  respond: (answer: ServerResponse) => void,
): Promise<Host> {
  const server = createServer(async (request, answer) => {
    const atMs = Date.now();
    const { completed_at } = JSON.parse(await text(request)) as { completed_at: string };
    received(atMs - Date.parse(completed_at));
    respond(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}/hook` };
}

async function submit(apiUrl: string, callbackUrl: string): Promise<void> {
  const answer = await fetch(`${apiUrl}/api/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ task_name: 'generate-report', callback_url: callbackUrl }),
    signal: AbortSignal.timeout(10_000),
  });
  const body = await answer.text();
  if (answer.status !== 202) throw new Error(`a task was not accepted: ${answer.status} ${body}`);
}
