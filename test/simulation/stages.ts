import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { hostBreaker } from '../../lambda/callback/breaker.ts';
import { type HangBoard, type SharedBreaker, sharedBreaker } from '../../lambda/callback/shared-breaker.ts';
import type { TransitionPorts, TransitionSettings } from '../../lambda/complete-task/transition.ts';
import { type DeliverSettings, deliverCallback } from '../../lambda/deliver/deliver-callback.ts';
import { Problem } from '../../lambda/http/problem.ts';
import { batchReader } from '../../lambda/ledger/batch-read.ts';
import { dynamoLedger } from '../../lambda/ledger/dynamo-ledger.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import { withGatheredReads } from '../../lambda/ledger/gathered-reads.ts';
import type { Ledger } from '../../lambda/ledger/ledger.ts';
import { answerBatch, type BatchOptions, type Turns } from '../../lambda/queue/batch.ts';
import { gatheredSends } from '../../lambda/queue/gathered-sends.ts';
import { type Queue, sqsQueue } from '../../lambda/queue/queue.ts';
import { hasTimeForRun, type RunSettings, runTask } from '../../lambda/run/run-task.ts';
import type { SubmitPorts, SubmitSettings } from '../../lambda/submit/submit-task.ts';
import { sendDue } from '../../lambda/wake/send-due.ts';
import { dynamodbClient, sqsClient } from './aws-clients.ts';
import { AwsError, type Invocation } from './invocation.ts';
import { type Receivers, simulatedPost } from './receivers.ts';
import { simulatedRunner, type Works } from './work.ts';
import { CALLBACK_RECEIVES, MAX_RUNS, RUN_TIMEOUT_MS, type World } from './world.ts';

const API_URL = 'https://api.simulated';
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const RETENTION_MS = 30 * 24 * 60 * 60 * 1000;

/** A bad hour reaches it. */
export const DELIVERY_DEADLINE_MS = 60 * 60_000;

const EXTERNAL_TIMEOUT_MS = 20 * 60_000;

/** The task whose work is done elsewhere. */
export const EXTERNAL_TASK = 'manual-review';

export const SUBMIT_SETTINGS: SubmitSettings = {
  maxRuns: MAX_RUNS,
  deliveryDeadlineMs: DELIVERY_DEADLINE_MS,
  retentionMs: RETENTION_MS,
  externalTimeoutMs: (name) => (name === EXTERNAL_TASK ? EXTERNAL_TIMEOUT_MS : undefined),
};

export const TRANSITION_SETTINGS: TransitionSettings = {
  deliveryDeadlineMs: DELIVERY_DEADLINE_MS,
  retentionMs: RETENTION_MS,
};

const RUN_SETTINGS: Omit<RunSettings, 'maxReceiveCount' | 'runTimeoutMs'> = {
  maxRuns: MAX_RUNS,
  deliveryDeadlineMs: DELIVERY_DEADLINE_MS,
  retentionMs: RETENTION_MS,
  apiUrl: API_URL,
  taskTimeoutMs: () => undefined,
};

const DELIVER_SETTINGS: Omit<DeliverSettings, 'retryPolicy'> = {
  deliveryDeadlineMs: DELIVERY_DEADLINE_MS,
  retentionMs: RETENTION_MS,
  maxReceiveCount: CALLBACK_RECEIVES,
  apiUrl: API_URL,
};

/** What every stage needs, for one invocation of it. */
interface CommonPorts {
  readonly ledger: Ledger;
  readonly tasks: Queue;
  readonly callbacks: Queue;
  readonly deadLetters: Queue;
  readonly now: () => number;
  readonly tell: (step: string, entry: Entry, fields?: object) => void;
}

function commonPorts(world: World, invocation: Invocation): CommonPorts {
  const sqs = sqsClient(invocation, world);
  return {
    ledger: dynamoLedger(dynamodbClient(invocation, world), 'ledger', (ms) => waited(invocation, ms)),
    tasks: sqsQueue(sqs, world.urlOf(world.queues.tasks)),
    callbacks: sqsQueue(sqs, world.urlOf(world.queues.callbacks)),
    deadLetters: sqsQueue(sqs, world.urlOf(world.queues.deadLetters)),
    now: invocation.now,
    tell: (step, { task_id }) => world.trace(`${invocation.name}: tells ${step}`, task_id),
  };
}

export function submitPorts(world: World, invocation: Invocation): SubmitPorts {
  return { ...commonPorts(world, invocation), newTaskId: world.dice.uuid };
}

export function transitionPorts(world: World, invocation: Invocation): TransitionPorts {
  return commonPorts(world, invocation);
}

/** What run's handler does with an event. */
export function run(
  world: World,
  works: Works,
  invocation: Invocation,
  event: SQSEvent,
): Promise<SQSBatchResponse> {
  const settings: RunSettings = {
    ...RUN_SETTINGS,
    maxReceiveCount: world.taskReceives,
    runTimeoutMs: RUN_TIMEOUT_MS / world.runBatchSize,
  };
  const common = commonPorts(world, invocation);
  const gathered = gatheredSends(common.callbacks, invocation.startTimer);
  const ports = {
    ...common,
    callbacks: gathered.queue,
    runner: simulatedRunner(world, invocation, works),
    newToken: world.dice.uuid,
  };
  const endsAtMs = invocation.now() + invocation.remainingMs;
  const turns: Turns = {
    timeForMore: () => hasTimeForRun(endsAtMs, invocation.now(), settings),
    onUnbegun: () => world.faults.count('no time left for the rest of a batch'),
    onLast: gathered.flush,
  };
  return answerBatch(event, { ...batchOptions(world, invocation, ports.tasks), turns }, (message, endTurn) =>
    runTask(message, endsAtMs, { ...ports, onlySending: endTurn }, settings),
  );
}

/** A process of deliver's, in which one invocation comes after the other. */
export interface DeliverProcess {
  readonly breaker: SharedBreaker;
  /** That of the invocation which it serves. */
  board: HangBoard | undefined;
}

export function deliverProcess(world: World): DeliverProcess {
  const { time, dice } = world;
  const skewMs = dice.between(-4_000, 4_000);
  const now = () => time.nowMs + skewMs;
  const process: DeliverProcess = {
    breaker: sharedBreaker({
      breaker: hostBreaker({ now, random: dice.next }),
      board: {
        tellHang: async (hang) => await process.board?.tellHang(hang),
        hangsSince: async (ms) => (await process.board?.hangsSince(ms)) ?? [],
      },
      now,
      onFault: (error) => tellFault(world, error),
    }),
    board: undefined,
  };
  return process;
}

/** What deliver's handler does with an event. */
export function deliver(
  world: World,
  receivers: Receivers,
  process: DeliverProcess,
  invocation: Invocation,
  event: SQSEvent,
): Promise<SQSBatchResponse> {
  const common = commonPorts(world, invocation);
  const readMany = batchReader(dynamodbClient(invocation, world), 'ledger', (ms) => waited(invocation, ms));
  const ports = {
    ...common,
    ledger: withGatheredReads(common.ledger, readMany),
    post: simulatedPost(world, invocation, receivers),
    secrets: async () => [SECRET],
    random: world.dice.next,
    breaker: watched(process.breaker, world, invocation),
  };
  process.board = ports.ledger;
  const settings = { ...DELIVER_SETTINGS, retryPolicy: { waitsMs: world.retryWaitsMs } };
  return answerBatch(event, batchOptions(world, invocation, ports.callbacks), (message) =>
    deliverCallback(message, ports, settings),
  );
}

/** What wake's handler does each minute. */
export async function wake(world: World, invocation: Invocation): Promise<void> {
  const { ledger, tasks, callbacks, now } = commonPorts(world, invocation);
  const onFault = (error: unknown) => tellFault(world, error);
  await sendDue(
    { ledger, queues: { tasks, callbacks }, now, onFault },
    now() + invocation.remainingMs - 5_000,
  );
}

function watched(breaker: SharedBreaker, { faults }: World, { heldBackFrom }: Invocation): SharedBreaker {
  return {
    ...breaker,
    async admits(host) {
      const admitted = await breaker.admits(host);
      if (!admitted) {
        faults.count('held back by the breaker');
        heldBackFrom.add(host);
      }
      return admitted;
    },
  };
}

/** A wait of the code itself, which ends with its invocation. */
function waited({ startTimer }: Invocation, ms: number): Promise<void> {
  return new Promise((resolve) => {
    startTimer(resolve, ms);
  });
}

function batchOptions(world: World, invocation: Invocation, queue: Queue): BatchOptions {
  const { remainingMs, startTimer } = invocation;
  return { queue, remainingMs, startTimer, onFault: (error) => tellFault(world, error) };
}

/** What AWS answers is to be expected, what a client is told, and what comes too late; everything else is a fault of the code. */
export function tellFault({ invariants }: World, error: unknown): void {
  if (error instanceof Problem) return;
  if (error instanceof AwsError || (error instanceof Error && '$metadata' in error)) return;
  if (error instanceof Error && error.message.startsWith('the invocation ran out of time')) return;
  // A submission that died between its timer and its entry was promised nothing.
  const [, taskId] = (error instanceof Error && /^the ledger knows no task (.+)$/.exec(error.message)) || [];
  if (taskId !== undefined && invariants.tasks.get(taskId)?.entry === undefined) return;
  invariants.violated(
    'the code does not break',
    '',
    error instanceof Error ? String(error.stack) : String(error),
  );
}
