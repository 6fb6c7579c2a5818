import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';

/** What is known of one task's callback. */
interface Seen {
  /** When it was first seen, in epoch milliseconds. */
  readonly firstAtMs: number;
  readonly bodyHash: string;
  posts: number;
  /** Whether a receiver has taken it in, whatever came of its answer. */
  processed: boolean;
}

/** What every receiver writes into: each callback that came, checked as a careful customer would check it. */
export class CallbackBook {
  posts = 0;
  /** POSTs of callbacks that their receiver had processed before: what "at least once" costs a receiver. */
  duplicates = 0;
  readonly #seen = new Map<string, Seen>();
  readonly #onViolation: (what: string) => void;
  #webhook: Webhook | undefined;

  constructor(onViolation: (what: string) => void) {
    this.#onViolation = onViolation;
  }

  /** @param secret what the callbacks of the run are signed with */
  verifyWith(secret: string): void {
    this.#webhook = new Webhook(secret);
  }

  /** Tasks whose callback a receiver has processed. */
  get processed(): number {
    return [...this.#seen.values()].filter(({ processed }) => processed).length;
  }

  isProcessed(taskId: string): boolean {
    return this.#seen.get(taskId)?.processed === true;
  }

  isSeen(taskId: string): boolean {
    return this.#seen.has(taskId);
  }

  /** Tasks whose callback was seen, and that are none of these. */
  strangers(known: ReadonlySet<string>): string[] {
    return [...this.#seen.keys()].filter((taskId) => !known.has(taskId));
  }

  /** Notes a POST; tells how many there have been of this callback, and since when. */
  note(
    headers: IncomingHttpHeaders,
    body: string,
    nowMs: number,
  ): { readonly taskId: string; readonly nth: number; readonly sinceMs: number } {
    const taskId = String(headers['webhook-id']);
    const bodyHash = createHash('sha256').update(body).digest('base64');
    this.posts += 1;
    this.#check(taskId, headers, body);

    const seen = this.#seen.get(taskId) ?? { firstAtMs: nowMs, bodyHash, posts: 0, processed: false };
    this.#seen.set(taskId, seen);
    if (seen.bodyHash !== bodyHash) this.#onViolation(`the callback of ${taskId} came with another body`);
    seen.posts += 1;
    if (seen.processed) this.duplicates += 1;
    return { taskId, nth: seen.posts, sinceMs: nowMs - seen.firstAtMs };
  }

  /** The receiver has done what it does with callbacks. */
  markProcessed(taskId: string): void {
    const seen = this.#seen.get(taskId);
    if (seen !== undefined) seen.processed = true;
  }

  #check(taskId: string, headers: IncomingHttpHeaders, body: string): void {
    try {
      this.#webhook?.verify(body, headers as Record<string, string>);
    } catch (error) {
      this.#onViolation(`the signature of ${taskId} does not verify: ${(error as Error).message}`);
    }
    const told: unknown = JSON.parse(body);
    if ((told as { task_id?: unknown }).task_id !== taskId || headers['x-task-id'] !== taskId) {
      this.#onViolation(`the callback of ${taskId} names another task in its body or headers`);
    }
  }
}
