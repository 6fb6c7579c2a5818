import {
  DynamoDBClient,
  GetItemCommand,
  type GetItemCommandOutput,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { State } from '../../lambda/contract/states.ts';
import { batchReader } from '../../lambda/ledger/batch-read.ts';
import { dynamoLedger } from '../../lambda/ledger/dynamo-ledger.ts';
import type { Entry, Outcome } from '../../lambda/ledger/entry.ts';
import { withGatheredReads } from '../../lambda/ledger/gathered-reads.ts';
import type { Ledger } from '../../lambda/ledger/ledger.ts';
import type { Timer } from '../../lambda/ledger/timer.ts';
import { type EmbeddedEngines, startEmbeddedEngines, type TestLedger } from '../support/embedded-engines.ts';
import { acceptedTask } from '../support/entries.ts';
import { type AnyCommand, sdkClient } from './aws-clients.ts';
import { type Dice, dice } from './random.ts';
import { type OnWrite, SimulatedDynamodb } from './simulated-dynamodb.ts';

const COMMANDS = 1_200;
/** Then other tasks are asked about: most of those are settled. */
const COMMANDS_ABOUT_SOME = 40;
const NOW_MS = 1_764_000_000_000;

let engines: EmbeddedEngines;
let embedded: TestLedger;

beforeAll(async () => {
  engines = await startEmbeddedEngines();
  embedded = await engines.newLedger();
});
afterAll(() => engines.stop());

/** What goes through in a state; anything else is refused. */
const LIKELY: Readonly<Record<State, readonly string[]>> = {
  accepted: ['claim', 'completeElsewhere', 'cancel'],
  running: ['claim', 'release', 'complete'],
  delivering: ['recordDelivered', 'recordFailure', 'recordDead'],
  delivered: ['replay'],
  dead: ['revive', 'replay'],
  completed: [],
};

/** One thing to ask of both ledgers, with its name. */
type Question = readonly [name: string, ask: (ledger: Ledger) => Promise<unknown>];

/** Anything that stages ask of the ledger, about few tasks and with few values, so that much of it collides. */
function randomQuestion(
  { pick, between, uuid }: Dice,
  ids: readonly string[],
  seen: readonly Entry[],
): Question {
  const entry = seen.length === 0 ? acceptedTask({ task_id: pick(ids) }) : pick(seen);
  const taskId = pick([entry.task_id, pick(ids)]);
  const token = pick([entry.lease_token ?? 'a', entry.lease_token ?? 'a', 'b']);
  const atMs = NOW_MS + between(0, 5) * 1000;
  const error = { type: 'Error', message: uuid() };
  const outcome: Outcome = { status: 'failed', completed_at_ms: atMs, error };
  const completion = { outcome, deliverByMs: pick([undefined, atMs]) };
  const withResult = { ...completion, result: { ref: `result#${token}`, json: '"x"' } };
  const attempt = { attempt: entry.attempt_count + 1, at_ms: atMs, duration_ms: 40, status_code: 500 };
  const life = { owedSinceMs: NOW_MS, deliverByMs: atMs, expiresAt: 1_800_000_000 + between(0, 9) };
  const timer = {
    at_ms: atMs,
    queue: 'tasks',
    task_id: taskId,
    generation: between(0, 2),
    group: 'g',
  } as const;
  const isExternal = between(0, 2) === 0;
  const fresh = acceptedTask({
    task_id: taskId,
    not_before_ms: atMs,
    ...(isExternal && { external_until_ms: atMs }),
  });
  const input = { ref: 'input#1', json: pick(['"y"', '"z"']) };
  const questions: Question[] = [
    ['create', (ledger) => ledger.create(fresh)],
    ['storePayload', (ledger) => ledger.storePayload(entry, input)],
    ['createMany', (ledger) => ledger.createMany([{ entry: acceptedTask({ task_id: uuid() }) }])],
    // Alone, and together.
    ['read', async (ledger) => [await ledger.read(taskId), await Promise.all(ids.map(ledger.read))]],
    ['readPayload', (ledger) => ledger.readPayload(taskId, pick(['input#1', 'result#a']))],
    [
      'claim',
      (ledger) => ledger.claim(taskId, { token, expiresAtMs: atMs + 1_000 }, { nowMs: atMs, maxRuns: 3 }),
    ],
    ['release', (ledger) => ledger.release(taskId, token, atMs)],
    ['complete', (ledger) => ledger.complete(entry, token, completion)],
    ['complete', (ledger) => ledger.complete(entry, token, withResult)],
    [
      'completeElsewhere',
      (ledger) => ledger.completeElsewhere(entry, { ...completion, completionHash: token }),
    ],
    [
      'completeElsewhere',
      (ledger) => ledger.completeElsewhere(entry, { ...withResult, completionHash: token }),
    ],
    ['cancel', (ledger) => ledger.cancel(entry, completion)],
    ['recordDelivered', (ledger) => ledger.recordDelivered(entry, attempt)],
    ['recordFailure', (ledger) => ledger.recordFailure(entry, attempt, { atMs, answer: 'no' })],
    ['listDead', (ledger) => ledger.listDead(entry, 'gone', atMs)],
    ['unlistDead', (ledger) => ledger.unlistDead(taskId, atMs)],
    [
      'recordDead',
      (ledger) => ledger.recordDead(entry, pick([attempt, undefined]), { reason: 'gone', atMs }),
    ],
    ['revive', (ledger) => ledger.revive(entry, life)],
    ['replay', (ledger) => ledger.replay(entry, life)],
    ['putTimer', (ledger) => ledger.putTimer(timer)],
    ['dueTimers', (ledger) => timersOf(ledger, between(0, 7), atMs)],
    ['deleteTimers', (ledger) => ledger.deleteTimers([timer])],
  ];
  const likely = questions.filter(([name]) => LIKELY[entry.state].includes(name));
  return pick(between(0, 3) === 0 || likely.length === 0 ? questions : likely);
}

async function timersOf(ledger: Ledger, shard: number, untilMs: number): Promise<Timer[]> {
  const timers: Timer[] = [];
  for await (const page of ledger.dueTimers(shard, untilMs)) timers.push(...page);
  return timers;
}

it('the simulated DynamoDB answers every command as the embedded one does', { timeout: 60_000 }, async () => {
  const items = new Map<string, unknown>();
  const onWrite: OnWrite = (pk, sk, _before, after) => {
    if (after === undefined) items.delete(`${pk} ${sk}`);
    else items.set(`${pk} ${sk}`, unmarshall(after));
  };
  const table = new SimulatedDynamodb(onWrite, 2, () => NOW_MS);
  const client = sdkClient(DynamoDBClient, async (command: AnyCommand) => table.execute(command));
  const simulated = withGatheredReads(dynamoLedger(client, 'ledger'), batchReader(client, 'ledger'));
  const readMany = batchReader(engines.dynamodb.client, embedded.table);
  const real = withGatheredReads(embedded.ledger, readMany);

  const chance = dice(20);
  let ids: string[] = [];
  const seen: Entry[] = [];
  const changed = new Map<string, number>();
  for (let nth = 0; nth < COMMANDS; nth += 1) {
    if (nth % COMMANDS_ABOUT_SOME === 0) ids = Array.from({ length: 3 }, () => chance.uuid());
    // Most questions are asked about what stands there now, the others about what was seen some time ago.
    const current = await simulated.read(chance.pick(ids));
    if (current !== undefined) seen.push(current);
    const known = chance.chance(0.8) && current !== undefined ? [current] : seen.slice(-10);
    const seed = chance.between(0, 2 ** 31);
    const answers = await Promise.all(
      [simulated, real].map((ledger) => {
        const [name, ask] = randomQuestion(dice(seed), ids, known);
        return ask(ledger).then(
          (answer) => [name, answer],
          (error: Error) => [name, error.name, error.message],
        );
      }),
    );
    const [ours, theirs] = answers;
    expect(ours, `command ${nth}`).toEqual(theirs);
    const [name = '', answer] = ours ?? [];
    const went = answer !== false && answer !== undefined;
    if (went) changed.set(String(name), (changed.get(String(name)) ?? 0) + 1);
  }

  const theirItems = new Map((await embedded.items()).map((item) => [`${item.pk} ${item.sk}`, item]));
  expect(items).toEqual(theirItems);
  // Every change of an entry has gone through.
  expect(new Set(changed.keys())).toEqual(new Set([...changed.keys(), ...Object.values(LIKELY).flat()]));
});

it('the simulated DynamoDB returns what an item was, for a second, to a read that is not consistent', () => {
  let nowMs = 0;
  const table = new SimulatedDynamodb(
    () => {},
    10,
    () => nowMs,
  );
  const Key = marshall({ pk: 'task#1', sk: 'entry' });
  const put = (state: string) =>
    table.execute(new PutItemCommand({ TableName: 'ledger', Item: { ...Key, state: { S: state } } }));
  const states = () =>
    [false, true].map((ConsistentRead) => {
      const read = new GetItemCommand({ TableName: 'ledger', Key, ConsistentRead });
      return (table.execute(read) as GetItemCommandOutput).Item?.state?.S;
    });

  put('accepted');
  expect(states()).toEqual([undefined, 'accepted']);
  nowMs = 1_000;
  expect(states()).toEqual(['accepted', 'accepted']);
  put('running');
  expect(states()).toEqual(['accepted', 'running']);
});
