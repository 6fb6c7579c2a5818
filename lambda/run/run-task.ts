import { callbackHost } from '../callback/host.ts';
import type { FailureType } from '../contract/failure-types.ts';
import { type Entry, nextRunStep, type Outcome } from '../ledger/entry.ts';
import type { CallbackLife, Ledger } from '../ledger/ledger.ts';
import { type PlacedPayload, placeResult } from '../ledger/payload.ts';
import { callbackLife } from '../ledger/retention.ts';
import { LoggableError } from '../loggable-error.ts';
import { ACKNOWLEDGE, type Disposition, type Received } from '../queue/batch.ts';
import type { Queue } from '../queue/queue.ts';
import { type Waiting, waitUntil } from '../queue/wait-until.ts';
import type { RunEnd, TaskRunner } from './task-runner.ts';

export interface RunPorts {
  readonly ledger: Ledger;
  readonly callbacks: Queue;
  readonly runner: TaskRunner;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A token that no other invocation has. */
  readonly newToken: () => string;
  /** Tells a step of a task. */
  readonly tell: (step: string, entry: Entry, fields?: object) => void;
  /** Hears that all but the sending of the callback's message is done: the next task need not wait for that. */
  readonly onlySending?: () => void;
}

export interface RunSettings {
  readonly maxRuns: number;
  readonly maxReceiveCount: number;
  /** The longest that any task may take, in milliseconds. */
  readonly runTimeoutMs: number;
  readonly deliveryDeadlineMs: number;
  readonly retentionMs: number;
  /** Where the API answers, without a trailing slash. */
  readonly apiUrl: string;
  /** The time limit that a task's own definition sets, in milliseconds. */
  readonly taskTimeoutMs: (taskName: string) => number | undefined;
}

/** The lease outlives the invocation by this: a clock that is a little ahead must not take a live run over. */
const LEASE_MARGIN_MS = 5_000;

/** Of the invocation's time, this is kept for storing the outcome and sending the callback message. */
const STORING_RESERVE_MS = 5_000;

/** And this, where a batch goes on, for claiming a task, reading its input, and starting a process that is not ready. */
const BEGINNING_RESERVE_MS = 2_000;

/** A second message for a callback waits out the first one's attempt, so that the two do not POST side by side. */
const FORWARD_DELAY_SECONDS = 30;

const FIRST_RERUN_WAIT_MS = 1_000;
const LONGEST_RERUN_WAIT_MS = 60_000;

/**
 * Whether a task whose turn comes now has all the time that a task may take. Of a batch only the first is begun with
 * less: another invocation gives the others theirs.
 */
export function hasTimeForRun(
  invocationEndsAtMs: number,
  nowMs: number,
  { runTimeoutMs }: Pick<RunSettings, 'runTimeoutMs'>,
): boolean {
  return nowMs + BEGINNING_RESERVE_MS + runTimeoutMs + STORING_RESERVE_MS <= invocationEndsAtMs;
}

/**
 * Claim, run, complete, send: one message of the tasks queue.
 *
 * @param invocationEndsAtMs when Lambda ends this invocation, in epoch milliseconds
 */
export async function runTask(
  message: Received,
  invocationEndsAtMs: number,
  ports: RunPorts,
  settings: RunSettings,
): Promise<Disposition> {
  const { ledger, runner, now, tell } = ports;
  const token = ports.newToken();
  const lease = { token, expiresAtMs: invocationEndsAtMs + LEASE_MARGIN_MS };

  const entry = await ledger.claim(message.task_id, lease, { nowMs: now(), maxRuns: settings.maxRuns });
  if (entry === undefined) return await afterRefusal(message, ports, settings);
  tell('running', entry, { run: entry.runs });

  const inputJson = await inputOf(entry, ledger);
  const limitMs = Math.min(
    settings.taskTimeoutMs(entry.task_name) ?? settings.runTimeoutMs,
    settings.runTimeoutMs,
  );
  const leftMs = invocationEndsAtMs - STORING_RESERVE_MS - now();
  // Claimed too late: work that is started now could outlive the lease. It is another invocation's once that lapses.
  if (leftMs <= 0) return { kind: 'put-back', afterSeconds: secondsLeft(lease.expiresAtMs, now()) };
  const end = await runner(
    {
      taskName: entry.task_name,
      taskId: entry.task_id,
      run: entry.runs,
      inputJson,
      resultUrl: `${settings.apiUrl}/api/tasks/${entry.task_id}/result`,
      ...(entry.callback_url !== undefined && { callbackUrl: entry.callback_url }),
    },
    { limitMs, leftMs },
  );

  if (end.kind === 'retry' && entry.runs < settings.maxRuns) {
    return await runAgain(message, entry, token, end.afterSeconds, ports, settings);
  }
  return await complete(message, entry, token, end, ports, settings);
}

/**
 * The claim was refused, or our lease has lapsed and another run holds or has settled the task: what we have is discarded. Does
 * what the ledger says instead. Acknowledging blindly could delete the message that the other run depends on.
 */
async function afterRefusal(message: Received, ports: RunPorts, settings: RunSettings): Promise<Disposition> {
  const { ledger, now, tell } = ports;
  const entry = await ledger.read(message.task_id);
  if (entry === undefined) throw new LoggableError(`the ledger knows no task ${message.task_id}`);
  const step = nextRunStep(entry, message, { nowMs: now(), maxRuns: settings.maxRuns });
  switch (step.do) {
    case 'acknowledge':
      return ACKNOWLEDGE;
    case 'put-back':
      tell('waiting', entry, { reason: step.why });
      return {
        kind: 'put-back',
        ...(step.waitMs !== undefined && { afterSeconds: Math.ceil(step.waitMs / 1000) }),
      };
    case 'wait':
      return (await wait(step.untilMs, message, entry, ports, settings)).disposition;
    case 'forward':
      // Where a callback is owed its message was most likely sent, and may be on its way at this moment.
      await sendCallback(entry, ports, entry.state === 'delivering' ? FORWARD_DELAY_SECONDS : 0);
      return ACKNOWLEDGE;
    case 'give-up-waiting': {
      const completed_at_ms = now();
      const error = {
        type: 'Timeout' satisfies FailureType,
        message: `the task was not completed within ${secondsAllowed(entry)} s`,
      };
      const outcome: Outcome = { status: 'timeout', completed_at_ms, error };
      const life = lifeIfOwed(entry, completed_at_ms, settings);
      if (!(await ledger.completeElsewhere(entry, { outcome, ...life }))) {
        return { kind: 'put-back', afterSeconds: 0 };
      }
      tell('timeout', entry);
      if (entry.callback_url !== undefined) await sendCallback(entry, ports);
      return ACKNOWLEDGE;
    }
    case 'give-up-running': {
      // The runs are used up and the last one is gone without an outcome: its caller must hear of it.
      const error = {
        type: 'RunsExhausted' satisfies FailureType,
        message: `the task was started ${entry.runs} times and never ended: its process died, ran out of time or could not be started`,
      };
      return await complete(
        message,
        entry,
        entry.lease_token ?? '',
        { kind: 'failed', error },
        ports,
        settings,
      );
    }
  }
}

/** Stores the outcome, if the lease with that token still counts, and sends the callback message. */
async function complete(
  message: Received,
  entry: Entry,
  token: string,
  end: RunEnd,
  ports: RunPorts,
  settings: RunSettings,
): Promise<Disposition> {
  const { ledger, now, tell } = ports;
  const result = end.kind === 'completed' ? placeResult(end.resultJson, entry.input, token) : undefined;
  const outcome = outcomeOf(end, result, now());
  const stored = await ledger.complete(entry, token, {
    outcome,
    result: result?.stored,
    ...lifeIfOwed(entry, now(), settings),
  });
  if (!stored) return await afterRefusal(message, ports, settings);
  tell(outcome.status, entry, {
    run: entry.runs,
    // A name of a class; whatever else work calls its error may be content.
    ...('error' in outcome && { error_type: classNameOr('Error', outcome.error.type) }),
  });
  if (entry.callback_url !== undefined) await sendCallback(entry, ports);
  return ACKNOWLEDGE;
}

/** Gives the lease back, so that the task can run again after a wait. */
async function runAgain(
  message: Received,
  entry: Entry,
  token: string,
  afterSeconds: number | undefined,
  ports: RunPorts,
  settings: RunSettings,
): Promise<Disposition> {
  const { ledger, now, tell } = ports;
  const doubledMs = Math.min(FIRST_RERUN_WAIT_MS * 2 ** (entry.runs - 1), LONGEST_RERUN_WAIT_MS);
  const askedForMs = now() + (afterSeconds === undefined ? doubledMs : afterSeconds * 1000);
  // The way back is laid before the lease is given up: a crash in between leaves a message or a timer.
  const { disposition, untilMs } = await wait(askedForMs, message, entry, ports, settings);
  if (!(await ledger.release(entry.task_id, token, untilMs))) {
    return await afterRefusal(message, ports, settings);
  }
  tell('run-retry', entry, { run: entry.runs, next_run_at: new Date(untilMs).toISOString() });
  return disposition;
}

function wait(
  untilMs: number,
  message: Received,
  entry: Entry,
  { ledger, now }: RunPorts,
  { maxReceiveCount }: RunSettings,
): Promise<Waiting> {
  const timer = { queue: 'tasks', group: entry.client } as const;
  // Run may not send to its own queue: its role is also that of the work. Its waits do not use up its receives either,
  // because its queue allows more receives than a task has runs.
  const mayBeSentAgain = false;
  return waitUntil(untilMs, message, { ledger, nowMs: now(), maxReceiveCount, mayBeSentAgain, timer });
}

async function sendCallback(
  { task_id, generation, callback_url }: Entry,
  { callbacks, onlySending }: RunPorts,
  delaySeconds = 0,
): Promise<void> {
  onlySending?.();
  const group = callback_url === undefined ? undefined : callbackHost(callback_url);
  await callbacks.send({
    message: { task_id, generation },
    delaySeconds,
    ...(group !== undefined && { group }),
  });
}

async function inputOf({ task_id, input }: Entry, ledger: Ledger): Promise<string | undefined> {
  if (input === undefined) return undefined;
  return 'json' in input ? input.json : await ledger.readPayload(task_id, input.ref);
}

/** Returns the first life of the task's callback, if one is owed. */
function lifeIfOwed({ callback_url }: Entry, nowMs: number, settings: RunSettings): Partial<CallbackLife> {
  return callback_url === undefined ? {} : callbackLife(nowMs, settings);
}

function classNameOr(other: string, type: string): string {
  return /^[A-Za-z_$][\w$.]*$/.test(type) ? type : other;
}

function secondsLeft(untilMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
}

function secondsAllowed({ external_until_ms = 0, not_before_ms }: Entry): number {
  return Math.round((external_until_ms - not_before_ms) / 1000);
}

function outcomeOf(end: RunEnd, result: PlacedPayload | undefined, nowMs: number): Outcome {
  if (end.kind === 'completed' && result !== undefined) {
    return { status: 'completed', completed_at_ms: nowMs, result: result.payload };
  }
  if (end.kind === 'completed') throw new LoggableError('a completed run without a result');
  return { status: end.kind === 'timeout' ? 'timeout' : 'failed', completed_at_ms: nowMs, error: end.error };
}
