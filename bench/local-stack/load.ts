import { setTimeout as delay } from 'node:timers/promises';
import type { CallbackReceiver } from './callback-receiver.ts';
import { type HttpClient, httpClient } from './http-client.ts';

/** Without a further callback for this long, the run has failed. */
const STALLED_AFTER_MS = 120_000;
const LOOK_EVERY_MS = 20;
/** Counting an inbox costs the stack something; nobody counts it until the other callbacks are there. */
const COUNT_INBOX_EVERY_MS = 200;

const INBOX = 'bench';

export interface LoadSettings {
  readonly url: string;
  readonly tasks: number;
  readonly clients: number;
  readonly receiver: CallbackReceiver;
}

/** What became of the load. */
export interface LoadEnd {
  /** From the first request until the last one was answered 202. */
  readonly acceptedMs: number;
  /** From the first request to the last callback. */
  readonly calledBackMs: number;
}

/**
 * Submits tasks, each client one after another. Every other task's callback goes to the receiver of this process, the
 * others to the stack's own inbox.
 *
 * @throws Error if a task is refused, or callbacks stay out for two minutes
 */
export async function runLoad({ url, tasks, clients, receiver }: LoadSettings): Promise<LoadEnd> {
  const client = httpClient();
  try {
    const startedMs = performance.now();
    let submitted = 0;
    const submitInTurn = async () => {
      while (submitted < tasks) {
        const isForInbox = submitted++ % 2 === 1;
        await submit(client, url, isForInbox ? `${url}/inbox/${INBOX}` : receiver.url);
      }
    };
    await Promise.all(Array.from({ length: clients }, submitInTurn));
    const acceptedMs = performance.now() - startedMs;
    await until(() => receiver.taskIds.size, Math.ceil(tasks / 2), LOOK_EVERY_MS);
    await until(() => inboxCount(client, url), Math.floor(tasks / 2), COUNT_INBOX_EVERY_MS);
    return { acceptedMs, calledBackMs: performance.now() - startedMs };
  } finally {
    client.close();
  }
}

async function submit(client: HttpClient, url: string, callbackUrl: string): Promise<void> {
  const task = { task_name: 'generate-report', callback_url: callbackUrl };
  const { status, body } = await client.post(`${url}/api/tasks`, task);
  if (status !== 202) throw new Error(`POST /api/tasks was answered ${status}: ${body}`);
}

async function inboxCount(client: HttpClient, url: string): Promise<number> {
  const { body } = await client.get(`${url}/inbox`);
  const inboxes = JSON.parse(body) as readonly { readonly name: string; readonly count: number }[];
  return inboxes.find(({ name }) => name === INBOX)?.count ?? 0;
}

async function until(count: () => Promise<number> | number, wanted: number, everyMs: number): Promise<void> {
  let [last, changedMs] = [-1, performance.now()];
  for (;;) {
    const now = await count();
    if (now >= wanted) return;
    if (now !== last) [last, changedMs] = [now, performance.now()];
    if (performance.now() - changedMs > STALLED_AFTER_MS) {
      throw new Error(
        `${now} of ${wanted} callbacks came; no further one within ${STALLED_AFTER_MS / 1_000} s`,
      );
    }
    await delay(everyMs);
  }
}
