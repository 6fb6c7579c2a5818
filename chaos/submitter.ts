import { setTimeout as delay } from 'node:timers/promises';
import { drawn, type Random } from './random.ts';
import { RECEIVER_KINDS, type ReceiverKind } from './receiver-kinds.ts';

/** Requests under way at once at most: a submitter that finds nobody home must not pile up. */
const AT_ONCE = 64;
const ANSWER_WITHIN_MS = 10_000;
const RETRY_AFTER_MS = { min: 100, max: 600 };

/** The pace leaves this share of the time to catch up in, when the stack was down. */
const SLACK = 0.1;

/** Of the accepted requests, so many are sent once more, as a client does that has lost the answer. */
const REPEATED = 0.05;

/** What is submitted. `share` is of all tasks. */
const WORK: readonly { readonly share: number; readonly task: (random: Random) => object }[] = [
  {
    share: 0.8,
    task: (random) => ({
      task_name: 'generate-report',
      input: { rows: Array.from({ length: 20 }, () => ({ count: Math.floor(random() * 1_000) })) },
    }),
  },
  { share: 0.1, task: (random) => ({ task_name: 'sleep', input: { seconds: 0.2 + random() } }) },
  { share: 0.07, task: () => ({ task_name: 'fail' }) },
  { share: 0.03, task: () => ({ task_name: 'fail', input: { times: 1 } }) },
];

export interface SubmitterSettings {
  /** More than 0. */
  readonly tasks: number;
  /** In milliseconds: they are spread evenly over nearly all of this time. A slow stack makes it longer. */
  readonly overMs: number;
  readonly random: Random;
  /** Where the API is at this moment. */
  readonly apiUrl: () => string;
  readonly callbackUrl: (kind: ReceiverKind) => string;
  /** Tells which run this is: a key counts for ever. */
  readonly keyPrefix: string;
  readonly signal: AbortSignal;
  readonly onViolation: (what: string) => void;
}

/** Submits tasks at a steady pace, each until it is accepted. */
export class Submitter {
  /** Requests sent, retries included. */
  requests = 0;
  /** Ids of the accepted tasks. */
  readonly accepted = new Set<string>();
  readonly #settings: SubmitterSettings;

  constructor(settings: SubmitterSettings) {
    this.#settings = settings;
  }

  /** Resolves when all tasks are accepted, or when the run is broken off. */
  async submitAll(): Promise<void> {
    const { tasks, overMs, signal, random } = this.#settings;
    const underWay = new Set<Promise<void>>();
    const everyMs = (overMs * (1 - SLACK)) / tasks;
    const beginsMs = performance.now();
    for (let index = 0; index < tasks && !signal.aborted; index += 1) {
      await delay(Math.max(0, beginsMs + everyMs * index - performance.now()));
      while (underWay.size >= AT_ONCE) await Promise.race(underWay);
      const kind = drawn(RECEIVER_KINDS, random);
      const body = { ...drawn(WORK, random).task(random), callback_url: this.#settings.callbackUrl(kind) };
      const submission = this.#submit(`${this.#settings.keyPrefix}-${index}`, JSON.stringify(body));
      underWay.add(submission);
      void submission.finally(() => underWay.delete(submission));
    }
    await Promise.all(underWay);
  }

  async #submit(key: string, body: string): Promise<void> {
    const { random, onViolation } = this.#settings;
    const taskId = await this.#untilAccepted(key, body);
    if (taskId === undefined) return;
    this.accepted.add(taskId);
    if (random() >= REPEATED) return;
    const again = await this.#untilAccepted(key, body);
    if (again !== undefined && again !== taskId) {
      onViolation(`the key of task ${taskId} was taken for a new task, ${again}`);
    }
  }

  /** The task's id; undefined where the run is broken off before it was accepted. */
  async #untilAccepted(key: string, body: string): Promise<string | undefined> {
    const { signal, random } = this.#settings;
    while (!signal.aborted) {
      const taskId = await this.#request(key, body);
      if (taskId !== undefined) return taskId;
      await delay(RETRY_AFTER_MS.min + random() * (RETRY_AFTER_MS.max - RETRY_AFTER_MS.min));
    }
    return undefined;
  }

  /** One request; undefined where the answer is not 202 or does not come. */
  async #request(key: string, body: string): Promise<string | undefined> {
    const { apiUrl, onViolation } = this.#settings;
    this.requests += 1;
    try {
      const answer = await fetch(`${apiUrl()}/api/tasks`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      const told = await answer.text();
      if (answer.status === 202) return (JSON.parse(told) as { task_id: string }).task_id;
      if (answer.status < 500 && answer.status !== 429) {
        onViolation(`a task was refused with ${answer.status}: ${told}`);
      }
    } catch {
      // The stack is down, or the connection broke: whether the task was taken is not known.
    }
    return undefined;
  }
}
