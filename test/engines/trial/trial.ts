import { SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { Webhook } from 'standardwebhooks';
import type { LetterList } from '../../../console/api-types.ts';
import { LOCAL_CREDENTIALS, REGION } from '../../../local/references.ts';
import { opsJson, opsReport } from '../../support/ops.ts';
import { eventually, type Pipeline, startPipeline, type TaskView } from '../../support/pipeline.ts';
import { type Receivers, startReceivers } from './receivers.ts';
import { type PlannedTask, plannedTask, RECEIVERS } from './workload.ts';

/** How many are submitted one by one; as many more come in one batch. */
const SINGLE = 42;
const REPLAYS = 5;
/** Far more than it takes: a machine may be busy. */
const SETTLES_WITHIN_MS = 180_000;

/** What a trial has counted. `lost`, `duplicated` and `wrong` state each case. */
export interface TrialResult {
  readonly accepted: number;
  readonly posts: number;
  readonly dead: number;
  /** How the dead letters came back in the first of two rounds. In the second round it is always ops. */
  readonly redrive: 'native' | 'ops';
  /** In both rounds. */
  readonly redriven: number;
  readonly replayed: number;
  /** Neither delivered nor in the dead-letter queue, or not delivered in the end. */
  readonly lost: readonly string[];
  /** Accepted twice for one key, run more often than planned, or posted again after the receiver had accepted it. */
  readonly duplicated: readonly string[];
  readonly wrong: readonly string[];
}

interface Trial {
  readonly pipeline: Pipeline;
  readonly receivers: Receivers;
  /** By task id. */
  readonly tasks: Map<string, PlannedTask>;
  readonly lost: string[];
  readonly duplicated: string[];
  readonly wrong: string[];
}

/**
 * Sends tasks through the synthesized bundles on the engines that the environment names, and looks at each task.
 *
 * @param redrive `native` for an engine that has StartMessageMoveTask
 */
export async function runTrial(assemblyDirectory: string, redrive: 'native' | 'ops'): Promise<TrialResult> {
  const trial: Trial = {
    pipeline: await startPipeline(assemblyDirectory),
    receivers: await startReceivers(),
    tasks: new Map(),
    lost: [],
    duplicated: [],
    wrong: [],
  };
  try {
    await submitOneByOne(trial);
    await submitBatch(trial);
    await reuseKey(trial);
    await changeExternalTasks(trial);

    const dead = await checkSettled(trial);
    const redriven = await redriveTwice(trial, redrive);
    await checkDelivered(trial);
    const replayed = await replay(trial);
    await checkCallbacks(trial, replayed);
    const { tasks, receivers, lost, duplicated, wrong } = trial;
    const posts = [...tasks.values()].reduce((sum, { index }) => sum + receivers.posts(index).length, 0);
    return {
      accepted: tasks.size,
      posts,
      dead,
      redrive,
      redriven: dead + redriven,
      replayed: replayed.size,
      lost,
      duplicated,
      wrong,
    };
  } finally {
    await trial.pipeline.stop();
    trial.receivers.stop();
  }
}

async function submitOneByOne({ pipeline, receivers, tasks, duplicated }: Trial): Promise<void> {
  for (let index = 0; index < SINGLE; index += 1) {
    const task = plannedTask(index, receivers.url);
    const key = task.idempotencyKey;
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
    const ids = [await pipeline.accepted(task.request, headers)];
    if (key !== undefined && index % 6 === 0) ids.push(await pipeline.accepted(task.request, headers));
    if (new Set(ids).size > 1) duplicated.push(`task ${index} was accepted as ${ids}`);
    tasks.set(ids[0] ?? '', task);
  }
}

async function submitBatch({ pipeline, receivers, tasks, wrong }: Trial): Promise<void> {
  const planned = Array.from({ length: SINGLE }, (_, n) => plannedTask(SINGLE + n, receivers.url));
  const batch = planned.map(({ request, idempotencyKey }) => ({
    ...request,
    ...(idempotencyKey !== undefined && { idempotency_key: idempotencyKey }),
  }));
  const answer = await post(pipeline, '/api/tasks/batch', { tasks: batch });
  const { results = [] } = answer.body as { results?: { status: string; task_id: string }[] };
  for (const [n, task] of planned.entries()) {
    const { status, task_id = '' } = results[n] ?? {};
    if (status === 'accepted') tasks.set(task_id, task);
    else wrong.push(`task ${task.index} of the batch was answered ${status}`);
  }
}

async function reuseKey({ pipeline, wrong }: Trial): Promise<void> {
  const other = { task_name: 'sleep', input: { seconds: 0.01 } };
  const { status } = await pipeline.submit(other, { 'idempotency-key': 'order 0' });
  if (status !== 422) wrong.push(`a key with another request was answered ${status}`);
}

async function changeExternalTasks({ pipeline, tasks, wrong }: Trial): Promise<void> {
  for (const [id, { index, change }] of tasks) {
    if (change === undefined) continue;
    const path = `/api/tasks/${id}`;
    const done = change === 'complete' ? { status: 'completed', result: { index } } : FAILED;
    const { status } =
      change === 'cancel'
        ? await request(pipeline, 'DELETE', path)
        : await post(pipeline, `${path}/completion`, done);
    if (status !== 200) wrong.push(`${change} of task ${index} was answered ${status}`);
    const other = await post(pipeline, `${path}/completion`, { status: 'completed', result: 'another' });
    if (other.status !== 409) wrong.push(`another outcome of task ${index} was answered ${other.status}`);
  }
}

const FAILED = { status: 'failed', error: 'not approved' } as const;

/** @returns the number of the dead */
async function checkSettled(trial: Trial): Promise<number> {
  const { pipeline, tasks, lost, duplicated, wrong } = trial;
  const views = await settled(trial);
  const dead = new Set<string>();
  for (const [id, task] of tasks) {
    const view = views.get(id);
    if (view?.status === 'dead') dead.add(id);
    else if (!isSettled(view)) lost.push(`task ${task.index} stays ${view?.status}`);
    if (view?.outcome?.status !== task.outcome)
      wrong.push(`task ${task.index} ended as ${view?.outcome?.status}, not ${task.outcome}`);
    if (view !== undefined && view.runs > task.runs)
      duplicated.push(`task ${task.index} ran ${view.runs} times, not ${task.runs}`);
  }
  const { letters } = await opsReport<LetterList>('dlq', 'list', '--state', pipeline.state);
  const inQueue = new Set(letters.map(({ task_id }) => task_id));
  for (const id of dead) if (!inQueue.has(id)) lost.push(`dead task ${id} is not in the dead-letter queue`);
  if (letters.length > dead.size) duplicated.push(`${letters.length} letters for ${dead.size} dead tasks`);
  return dead.size;
}

/** In the first round the receivers that are gone refuse again; in the second round all accept. */
async function redriveTwice({ pipeline, receivers, tasks }: Trial, first: 'native' | 'ops'): Promise<number> {
  for (const receiver of RECEIVERS) if (receiver !== 'gone') receivers.heal(receiver);
  if (first === 'native') await moveNatively(pipeline);
  else await opsJson('dlq', 'redrive', '--yes', '--state', pipeline.state);
  const revived = [...tasks].filter(([, { receiver }]) => receiver !== 'gone');
  const refused = [...tasks].filter(([, { receiver }]) => receiver === 'gone');
  await eventually(async () => {
    for (const [id] of revived) await expectStatus(pipeline, id, ['delivered', 'completed']);
    for (const [id, { index }] of refused) {
      if (receivers.posts(index).length < 2) throw new Error(`task ${index} was not posted again`);
      await expectStatus(pipeline, id, ['dead']);
    }
  }, SETTLES_WITHIN_MS);
  receivers.heal('gone');
  const { redriven } = await opsReport<{ redriven: number }>(
    ...(['dlq', 'redrive', '--yes', '--state', pipeline.state] as const),
  );
  return redriven;
}

/** What the button of the AWS console does. */
async function moveNatively({ stack }: Pipeline): Promise<void> {
  const client = new SQSClient({
    endpoint: stack.endpoints.sqs,
    region: REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const arnOf = (name: RegExp) => stack.description.queues.find(({ logicalId }) => name.test(logicalId))?.arn;
  const SourceArn = arnOf(/DeadLetter/);
  const DestinationArn = arnOf(/Callbacks/);
  await client.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
  client.destroy();
}

async function checkDelivered(trial: Trial): Promise<void> {
  const views = await settled(trial, isDone);
  for (const [id, { index }] of trial.tasks) {
    const view = views.get(id);
    if (!isDone(view)) trial.lost.push(`task ${index} is ${view?.status} after the redrives`);
  }
}

/** @returns the ids of the tasks that were replayed */
async function replay({ pipeline, receivers, tasks, wrong }: Trial): Promise<ReadonlySet<string>> {
  const chosen = [...tasks].filter(([, { receiver }]) => receiver === 'ok').slice(0, REPLAYS);
  for (const [id, { index }] of chosen) {
    const { status } = await post(pipeline, `/api/tasks/${id}/replay`);
    if (status !== 202) wrong.push(`the replay of task ${index} was answered ${status}`);
  }
  await eventually(() => {
    for (const [, { index }] of chosen)
      if (receivers.posts(index).length < 2) throw new Error(`task ${index} was not replayed`);
  }, SETTLES_WITHIN_MS);
  return new Set(chosen.map(([id]) => id));
}

async function checkCallbacks(
  { pipeline, receivers, tasks, lost, duplicated, wrong }: Trial,
  replayed: ReadonlySet<string>,
): Promise<void> {
  const { current = '' } = await opsJson('secret', 'show', '--state', pipeline.state);
  const webhook = new Webhook(current);
  for (const [id, { index, receiver }] of tasks) {
    const posts = receivers.posts(index);
    const accepted = posts.filter((one) => one.accepted).length;
    if (receiver === 'none') continue;
    if (accepted === 0) lost.push(`the receiver of task ${index} accepted nothing`);
    if (accepted > (replayed.has(id) ? 2 : 1))
      duplicated.push(`task ${index} was accepted ${accepted} times`);
    if (new Set(posts.map(({ body }) => body)).size > 1) wrong.push(`the bodies of task ${index} differ`);
    for (const { headers, body } of posts) {
      if (headers['webhook-id'] !== id) wrong.push(`a callback of task ${index} has another webhook-id`);
      const { 'webhook-timestamp': seconds, 'webhook-signature': signature } = headers;
      if (signature !== webhook.sign(id, new Date(Number(seconds) * 1_000), body))
        wrong.push(`a callback of task ${index} has another signature`);
    }
  }
}

/** Each task as it is in the end, once all are settled or the time is up. */
async function settled(
  { pipeline, tasks }: Trial,
  isEnd: (view: TaskView | undefined) => boolean = isSettled,
): Promise<ReadonlyMap<string, TaskView>> {
  const views = new Map<string, TaskView>();
  const look = async () => {
    for (const id of tasks.keys()) {
      if (!isEnd(views.get(id))) views.set(id, await pipeline.task(id));
      if (!isEnd(views.get(id))) throw new Error('not settled');
    }
  };
  await eventually(look, SETTLES_WITHIN_MS).catch(async () => {
    for (const id of tasks.keys()) views.set(id, await pipeline.task(id));
  });
  return views;
}

function isSettled(view: TaskView | undefined): boolean {
  return isDone(view) || view?.status === 'dead';
}

function isDone(view: TaskView | undefined): boolean {
  return ['delivered', 'completed'].includes(view?.status ?? '');
}

async function expectStatus(pipeline: Pipeline, id: string, wanted: readonly string[]): Promise<void> {
  const { status } = await pipeline.task(id);
  if (!wanted.includes(status)) throw new Error(`task ${id} is ${status}`);
}

async function post(pipeline: Pipeline, path: string, body?: unknown) {
  return await request(pipeline, 'POST', path, body);
}

async function request(
  { stack }: Pipeline,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${stack.url}${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}
