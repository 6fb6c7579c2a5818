import { heldBackUntilMs, nextAttemptAtMs, type RetryPolicy } from '../callback/backoff.ts';
import type { ClientSecrets } from '../callback/client-secrets.ts';
import { callbackHost } from '../callback/host.ts';
import type { CallbackAnswer, CallbackRequest } from '../callback/post.ts';
import { callbackRequest } from '../callback/request.ts';
import type { SharedBreaker } from '../callback/shared-breaker.ts';
import type { DeadReason } from '../contract/states.ts';
import { type Attempt, type Entry, nextDeliverStep, owedSinceMs } from '../ledger/entry.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { callbackLife } from '../ledger/retention.ts';
import { LoggableError } from '../loggable-error.ts';
import { ACKNOWLEDGE, type Disposition, type Received } from '../queue/batch.ts';
import type { Queue } from '../queue/queue.ts';
import { type Waiting, waitUntil } from '../queue/wait-until.ts';

export interface DeliverPorts {
  readonly ledger: Ledger;
  readonly tasks: Queue;
  readonly deadLetters: Queue;
  /** Makes exactly one attempt; never throws. */
  readonly post: (request: CallbackRequest) => Promise<CallbackAnswer>;
  readonly secrets: ClientSecrets;
  /** What is known of hosts that hang. */
  readonly breaker: SharedBreaker;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Tells a step of a task. */
  readonly tell: (step: string, entry: Entry, fields?: object) => void;
}

export interface DeliverSettings {
  readonly retryPolicy: RetryPolicy;
  readonly deliveryDeadlineMs: number;
  readonly retentionMs: number;
  readonly maxReceiveCount: number;
  /** Base URL of the HTTP API, without a trailing slash. */
  readonly apiUrl: string;
}

/** Read, post, record, wait or park: one message of the callbacks queue. */
export async function deliverCallback(
  message: Received,
  ports: DeliverPorts,
  settings: DeliverSettings,
): Promise<Disposition> {
  const found = await entryToPost(message, ports, settings);
  if ('kind' in found) return found;
  const entry = found;

  const host = callbackHost(entry.callback_url ?? '');
  // What an operator sends again is attempted at once: who redrives knows more of the host than a breaker does.
  if (!(await ports.breaker.admits(host)) && !isFirstAfterRedrive(entry)) {
    return await holdBack(message, entry, ports, settings);
  }

  const resultJson = await resultOf(entry, ports.ledger);
  const secrets = await ports.secrets(entry.client);
  const startedAtMs = ports.now();
  const circumstances = { secrets, apiUrl: settings.apiUrl, nowMs: startedAtMs };
  const answer = await ports.post(callbackRequest(entry, resultJson, circumstances));
  const attempt = attemptOf(entry, answer, startedAtMs, ports.now());
  const failed = answer.outcome.kind !== 'delivered';
  const [disposition] = await Promise.all([
    failed
      ? recordFailure(message, entry, attempt, answer, ports, settings)
      : recordDelivered(message, entry, attempt, ports, settings),
    ports.breaker.record(host, { failed, durationMs: attempt.duration_ms }),
  ]);
  return disposition;
}

/** The entry whose callback is due now, or what becomes of the message instead. */
async function entryToPost(
  message: Received,
  ports: DeliverPorts,
  settings: DeliverSettings,
): Promise<Entry | Disposition> {
  const { ledger, now, tell } = ports;
  const entry = await ledger.read(message.task_id);
  if (entry === undefined) throw new LoggableError(`the ledger knows no task ${message.task_id}`);
  const step = nextDeliverStep(entry, message, now());
  switch (step.do) {
    case 'post':
      return entry;
    case 'acknowledge':
      return ACKNOWLEDGE;
    case 'put-back':
      tell('waiting', entry, { reason: step.why });
      return { kind: 'put-back' };
    case 'wait':
      return (await wait(step.untilMs, message, entry, ports, settings)).disposition;
    case 'forward': {
      const { task_id, generation, client } = entry;
      await ports.tasks.send({ message: { task_id, generation }, group: client });
      return ACKNOWLEDGE;
    }
    case 'revive': {
      const revived = await ledger.revive(entry, callbackLife(now(), settings));
      if (revived === undefined) return { kind: 'put-back', afterSeconds: 0 };
      tell('revived', revived);
      return revived;
    }
  }
}

async function recordDelivered(
  message: Received,
  entry: Entry,
  attempt: Attempt,
  ports: DeliverPorts,
  settings: DeliverSettings,
): Promise<Disposition> {
  const recorded = await ports.ledger.recordDelivered(entry, attempt);
  ports.tell(recorded ? 'delivered' : 'delivered-again', entry, attempt);
  return recorded ? ACKNOWLEDGE : await lookAgain(message, ports, settings);
}

/** Records the failed attempt *before* the message is put back, parked or given up. */
async function recordFailure(
  message: Received,
  entry: Entry,
  attempt: Attempt,
  { outcome, excerpt }: CallbackAnswer,
  ports: DeliverPorts,
  settings: DeliverSettings,
): Promise<Disposition> {
  const { ledger, now } = ports;
  if (outcome.kind === 'give-up') {
    return await die(message, entry, attempt, outcome.reason, excerpt, ports, settings);
  }
  const atMs = nextAttemptAtMs(
    {
      failedAttempts: attempt.attempt - entry.schedule_base,
      nowMs: now(),
      deliverByMs: entry.deliver_by_ms ?? 0,
      retryAfterMs: outcome.kind === 'retry' ? outcome.retryAfterMs : undefined,
    },
    settings.retryPolicy,
    ports.random(),
  );
  if (atMs === undefined) {
    return await die(message, entry, attempt, 'deadline-passed', excerpt, ports, settings);
  }
  // A long wait's timer is put first: a crash in between leaves the message, which finds the attempt still due.
  const { disposition, untilMs } = await wait(atMs, message, entry, ports, settings);
  const recorded = await ledger.recordFailure(entry, attempt, {
    atMs: untilMs,
    ...(excerpt !== undefined && { answer: excerpt }),
  });
  if (!recorded) return await lookAgain(message, ports, settings);
  ports.tell('attempt-failed', entry, { ...attempt, next_attempt_at: new Date(untilMs).toISOString() });
  return disposition;
}

/**
 * The breaker is open: no attempt is made and none is counted, and the entry stays as it is. Past the deadline the host's own attempts have shown why to give up.
 */
async function holdBack(
  message: Received,
  entry: Entry,
  ports: DeliverPorts,
  settings: DeliverSettings,
): Promise<Disposition> {
  const nowMs = ports.now();
  const { deliver_by_ms: deliverByMs = 0 } = entry;
  if (nowMs >= deliverByMs) {
    return await die(message, entry, undefined, 'deadline-passed', undefined, ports, settings);
  }
  const askedForMs = heldBackUntilMs({ nowMs, owedSinceMs: owedSinceMs(entry), deliverByMs }, shareOf(entry));
  const { disposition, untilMs } = await wait(askedForMs, message, entry, ports, settings);
  ports.tell('held-back', entry, { next_attempt_at: new Date(untilMs).toISOString() });
  return disposition;
}

/** A number in [0, 1) that is the task's own: the first 32 bits of its id. */
function shareOf({ task_id }: Entry): number {
  return Number.parseInt(task_id.slice(0, 8), 16) / 2 ** 32;
}

/** Whether its present life began by a redrive or a replay and has had no attempt yet. */
function isFirstAfterRedrive({ generation, attempt_count, schedule_base }: Entry): boolean {
  return generation > 0 && attempt_count === schedule_base;
}

/**
 * Gives the callback up: to the dead-letter queue, on the operators' list, and only then in the ledger. The
 * message carries the next generation, so that it counts once the ledger says so, and not before.
 */
async function die(
  message: Received,
  entry: Entry,
  attempt: Attempt | undefined,
  reason: DeadReason,
  answer: string | undefined,
  ports: DeliverPorts,
  settings: DeliverSettings,
): Promise<Disposition> {
  const { ledger, deadLetters, now, tell } = ports;
  const { task_id, task_name, generation, callback_url = '' } = entry;
  const atMs = now();
  await deadLetters.send({
    message: { task_id, generation: generation + 1 },
    attributes: {
      task_id,
      task_name,
      callback_host: callbackHost(callback_url),
      reason,
      attempts: String(attempt?.attempt ?? entry.attempt_count),
    },
  });
  await ledger.listDead(entry, reason, atMs);
  const recorded = await ledger.recordDead(entry, attempt, {
    reason,
    atMs,
    ...(answer !== undefined && { answer }),
  });
  if (!recorded) {
    // The callback lives on and must not be listed, unless another delivery recorded its death in the same millisecond.
    const current = await ledger.read(task_id);
    if (current?.dead_at_ms !== atMs) await ledger.unlistDead(task_id, atMs);
    return await lookAgain(message, ports, settings);
  }
  tell('dead', entry, { ...attempt, reason });
  return ACKNOWLEDGE;
}

/**
 * Another delivery has written meanwhile. Acknowledging blindly could delete the very message that it put back,
 * so the ledger is asked once more; an attempt that is due is left to the message's next receive.
 */
async function lookAgain(
  message: Received,
  ports: DeliverPorts,
  settings: DeliverSettings,
): Promise<Disposition> {
  const next = await entryToPost(message, ports, settings);
  return 'kind' in next ? next : { kind: 'put-back', afterSeconds: 1 };
}

function wait(
  untilMs: number,
  message: Received,
  entry: Entry,
  { ledger, now }: DeliverPorts,
  { maxReceiveCount }: DeliverSettings,
): Promise<Waiting> {
  const timer = { queue: 'callbacks', group: callbackHost(entry.callback_url ?? '') } as const;
  return waitUntil(untilMs, message, { ledger, nowMs: now(), maxReceiveCount, mayBeSentAgain: true, timer });
}

async function resultOf({ task_id, outcome }: Entry, ledger: Ledger): Promise<string | undefined> {
  if (outcome?.status !== 'completed') return undefined;
  return 'json' in outcome.result
    ? outcome.result.json
    : await ledger.readPayload(task_id, outcome.result.ref);
}

function attemptOf(
  entry: Entry,
  { outcome }: CallbackAnswer,
  startedAtMs: number,
  endedAtMs: number,
): Attempt {
  return {
    attempt: entry.attempt_count + 1,
    at_ms: startedAtMs,
    duration_ms: Math.max(0, endedAtMs - startedAtMs),
    ...('statusCode' in outcome && outcome.statusCode !== undefined && { status_code: outcome.statusCode }),
    ...(outcome.kind === 'retry' && outcome.errorClass !== undefined && { error_class: outcome.errorClass }),
    ...(outcome.kind === 'give-up' && outcome.reason === 'url-refused' && { error_class: outcome.reason }),
  };
}
