import { cancelTask } from '../../lambda/complete-task/cancel-task.ts';
import { completeTask } from '../../lambda/complete-task/complete-task.ts';
import { replayTask } from '../../lambda/complete-task/replay-task.ts';
import { ownTask } from '../../lambda/http/own-task.ts';
import { Problem } from '../../lambda/http/problem.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import { taskIdOf } from '../../lambda/submit/idempotency.ts';
import type { SubmitRequest } from '../../lambda/submit/request.ts';
import { submitBatch } from '../../lambda/submit/submit-batch.ts';
import { submitTask } from '../../lambda/submit/submit-task.ts';
import { request } from './lambda.ts';
import {
  EXTERNAL_TASK,
  SUBMIT_SETTINGS,
  submitPorts,
  TRANSITION_SETTINGS,
  transitionPorts,
} from './stages.ts';
import type { World } from './world.ts';

const CLIENT = 'arn:aws:iam::123456789012:user/alice';

/** How often a client asks again that hears nothing. */
const MOST_TRIES = 6;

/** The keys of tasks that are submitted together are numbered from here on. */
const BATCH_KEYS_FROM = 1_000_000;

/** The id of the n-th task of a simulation that is submitted with a key of its own. */
export function keyedTaskId(nth: number): string {
  return taskIdOf(CLIENT, keyOf(nth));
}

function keyOf(nth: number): string {
  return `order-${nth}`;
}

/** Submits with a key until there is an answer, and tells the id; undefined where the client has given up. */
export async function submitWithKey(
  world: World,
  nth: number,
  submitted: SubmitRequest,
): Promise<string | undefined> {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const heard = await request(world, 'submit', async (invocation) => {
      invocation.concerns([keyedTaskId(nth)]);
      const ports = submitPorts(world, invocation);
      const accepted = await submitTask(CLIENT, submitted, keyOf(nth), ports, SUBMIT_SETTINGS);
      world.invariants.answered(accepted.task_id);
      return accepted.task_id;
    });
    if (heard !== undefined && 'answer' in heard) return heard.answer;
    refuseNothing(world, keyedTaskId(nth), heard);
    if (world.faults.strikes('client: heard nothing and gives up')) return undefined;
    world.faults.count('client: heard nothing and asks again');
    await pause(world, world.dice.between(500, 20_000));
  }
  return undefined;
}

/** Submits without a key; a client that hears nothing does not ask again, since that would be another task. */
async function submitWithoutKey(world: World, submitted: SubmitRequest): Promise<string | undefined> {
  const heard = await request(world, 'submit', async (invocation) => {
    const ports = submitPorts(world, invocation);
    const accepted = await submitTask(CLIENT, submitted, undefined, ports, SUBMIT_SETTINGS);
    world.invariants.answered(accepted.task_id);
    return accepted.task_id;
  });
  return heard !== undefined && 'answer' in heard ? heard.answer : undefined;
}

/** Submits several at once, every other one with a key. */
async function submitTogether(
  world: World,
  firstNth: number,
  requests: readonly SubmitRequest[],
): Promise<readonly string[]> {
  const items = requests.map((submitted, index) => ({
    request: submitted,
    idempotencyKey: index % 2 === 0 ? keyOf(firstNth + index) : undefined,
  }));
  const heard = await request(world, 'submit', async (invocation) => {
    const results = await submitBatch(CLIENT, items, submitPorts(world, invocation), SUBMIT_SETTINGS);
    const accepted = results.flatMap((result) => ('task_id' in result ? [result.task_id] : []));
    for (const taskId of accepted) world.invariants.answered(taskId);
    return accepted;
  });
  return heard !== undefined && 'answer' in heard ? heard.answer : [];
}

/** What a client may do to a task of its own. */
export type Wish = 'complete' | 'fail' | 'cancel' | 'replay';

/** Asks for it until there is an answer. A conflict is an answer. */
export async function wish(world: World, taskId: string, what: Wish): Promise<void> {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const heard = await request(world, 'complete-task', async (invocation) => {
      invocation.concerns([taskId]);
      const ports = transitionPorts(world, invocation);
      const entry = await ownTask(taskId, CLIENT, ports.ledger);
      return await fulfil(what, entry, ports);
    });
    if (heard !== undefined && ('answer' in heard || heard.refused instanceof Problem)) return;
    if (world.faults.strikes('client: heard nothing and gives up')) return;
    world.faults.count('client: heard nothing and asks again');
    await pause(world, world.dice.between(500, 20_000));
  }
}

function fulfil(what: Wish, entry: Entry, ports: ReturnType<typeof transitionPorts>): Promise<object> {
  switch (what) {
    case 'complete': {
      // Every other result lies beside its entry.
      const pad = /[0-7]$/.test(entry.task_id) ? '' : 'x'.repeat(600);
      const result = { approved: true, pad };
      return completeTask(entry, { status: 'completed', result }, ports, TRANSITION_SETTINGS);
    }
    case 'fail': {
      const error = { type: 'Error', message: 'not approved' };
      return completeTask(entry, { status: 'failed', error }, ports, TRANSITION_SETTINGS);
    }
    case 'cancel':
      return cancelTask(entry, ports, TRANSITION_SETTINGS);
    case 'replay':
      return replayTask(entry, ports, TRANSITION_SETTINGS);
  }
}

export function pause({ time }: World, forMs: number): Promise<void> {
  return new Promise((resolve) => {
    time.after(forMs, resolve);
  });
}

/** A client that keeps to the rules is refused nothing. */
function refuseNothing(
  { invariants }: World,
  taskId: string,
  heard: { refused?: unknown } | undefined,
): void {
  if (heard?.refused instanceof Problem) {
    invariants.violated('the code does not break', taskId, `submit answered ${heard.refused.message}`);
  }
}

/** The n-th of a mixed lot of clients: submits and asks for what such clients ask for. */
export async function mixedClient(world: World, nth: number, hosts: readonly string[]): Promise<void> {
  const { dice, faults } = world;
  const kind = dice.next();
  const isExternal = kind < 0.12;
  const submitted = requestOf(world, nth, hosts, isExternal);
  if (kind > 0.94) {
    await submitTogether(world, BATCH_KEYS_FROM + 10 * nth, [submitted, submitted, submitted]);
    return;
  }
  const taskId =
    kind > 0.84 ? await submitWithoutKey(world, submitted) : await submitWithKey(world, nth, submitted);
  if (taskId === undefined) return;
  if (kind < 0.84 && faults.strikes('client: asks again for no reason')) {
    await pause(world, dice.between(0, 600_000));
    await submitWithKey(world, nth, submitted);
  }
  if (isExternal && dice.chance(0.8)) {
    await pause(world, dice.between(1_000, 1_300_000));
    const first = wish(world, taskId, dice.pick(['complete', 'fail', 'cancel']));
    if (dice.chance(0.3)) await wish(world, taskId, dice.pick(['complete', 'fail', 'cancel']));
    await first;
  } else if (dice.chance(0.06)) {
    await wish(world, taskId, 'cancel');
  }
  if (submitted.callbackUrl !== undefined && dice.chance(0.06)) {
    await pause(world, dice.between(1_000, 5_400_000));
    const first = wish(world, taskId, 'replay');
    if (dice.chance(0.3)) await wish(world, taskId, 'replay');
    await first;
  }
}

function requestOf(
  { dice }: World,
  nth: number,
  hosts: readonly string[],
  isExternal: boolean,
): SubmitRequest {
  const delaySeconds = dice.chance(0.1) ? dice.pick([5, 300, 1_000, 2_000]) : 0;
  return {
    taskName: isExternal ? EXTERNAL_TASK : 'generate-report',
    callbackUrl: dice.chance(0.06) ? undefined : `https://${dice.pick(hosts)}/hook?nth=${nth}`,
    callbackFormat: 'task',
    ...(delaySeconds > 0 && { delaySeconds }),
    input: dice.chance(0.1) ? { pad: 'x'.repeat(600) } : { nth },
  };
}
