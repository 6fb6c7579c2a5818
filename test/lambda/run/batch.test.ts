import type { SQSBatchResponse } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
  type TestQueue,
} from '../../support/embedded-engines.ts';
import { acceptedTask } from '../../support/entries.ts';
import { setFunctionEnvironment } from '../../support/function-environment.ts';
import { lambdaContext, recordOf, sqsEvent } from '../../support/lambda-events.ts';
import { loadRunHandler, type RunHandler } from '../../support/source-handlers.ts';

let engines: EmbeddedEngines;
let table: TestLedger;
let tasks: TestQueue;
let callbacks: TestQueue;
let handler: RunHandler;

beforeAll(async () => {
  engines = await startEmbeddedEngines();
  table = await engines.newLedger();
  tasks = await engines.newQueue();
  callbacks = await engines.newQueue();
  setFunctionEnvironment(engines, {
    LEDGER_TABLE: table.table,
    TASKS_QUEUE_URL: tasks.url,
    CALLBACKS_QUEUE_URL: callbacks.url,
    MAX_RECEIVE_COUNT: '8',
    // With runTimeout=10s and runBatchSize=10.
    RUN_TIMEOUT_SECONDS: '1',
  });
  handler = await loadRunHandler();
});
afterAll(() => engines.stop());

const asleep = (seconds: number) =>
  acceptedTask({ task_name: 'sleep', input: { json: `{"seconds":${seconds}}` } });
const failing = (input: string) => acceptedTask({ task_name: 'fail', input: { json: input } });

/** Hands these tasks to one invocation; tells which of them come back. */
async function runTogether(entries: readonly Entry[], remainingMs: number): Promise<Entry[]> {
  for (const entry of entries) {
    await table.ledger.create(entry);
    await tasks.queue.send({ message: { task_id: entry.task_id, generation: 0 } });
  }
  // What an earlier test has put back may come, too.
  const isMeant = ({ Body }: { readonly Body: string }) =>
    entries.some(({ task_id }) => Body.includes(task_id));
  const messages = (await tasks.receive()).filter(isMeant);
  expect(messages.length).toBe(entries.length);
  const inOrder = entries.map(({ task_id }) => {
    const message = messages.find(({ Body }) => Body.includes(task_id));
    if (message === undefined) throw new Error(`no message of ${task_id}`);
    return message;
  });
  const answer = (await handler(
    sqsEvent(...inOrder.map(recordOf)),
    lambdaContext(remainingMs),
  )) as SQSBatchResponse;
  const back = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  return entries.filter((_, index) => back.has(inOrder[index]?.MessageId ?? ''));
}

const stateOf = async ({ task_id }: Entry) => {
  const entry = await table.ledger.read(task_id);
  return { state: entry?.state, runs: entry?.runs, outcome: entry?.outcome?.status };
};

describe('ten tasks in one invocation', () => {
  it('run one after another, and what befalls one of them leaves the others alone', async () => {
    const [throwing, late, again] = [failing('{"message":"no"}'), asleep(5), failing('{"times":1}')];
    const well = Array.from({ length: 7 }, () => asleep(0));
    const [first, second, third, ...others] = well;
    if (first === undefined || second === undefined || third === undefined) throw new Error('too few');
    const batch = [first, throwing, second, late, third, again, ...others];

    expect(await runTogether(batch, 20_000)).toEqual([again]);

    for (const entry of well) {
      expect(await stateOf(entry)).toEqual({ state: 'delivering', runs: 1, outcome: 'completed' });
    }
    expect(await stateOf(throwing)).toEqual({ state: 'delivering', runs: 1, outcome: 'failed' });
    expect(await stateOf(late)).toEqual({ state: 'delivering', runs: 1, outcome: 'timeout' });
    expect(await stateOf(again)).toEqual({ state: 'accepted', runs: 1, outcome: undefined });
    const settledAt = await Promise.all(
      batch
        .filter((entry) => entry !== again)
        .map(async ({ task_id }) => (await table.ledger.read(task_id))?.outcome?.completed_at_ms ?? 0),
    );
    expect(settledAt).toEqual(settledAt.toSorted((a, b) => a - b));
    expect(callbacks.sent.length + (await callbacks.receive()).length).toBe(9);
  });

  it('are put back untouched where the time that is left is not all of theirs', async () => {
    // A task may take a second; two are kept for claiming it and five for storing. After the first, less is left.
    const [begun, ...unbegun] = [asleep(0.6), asleep(0), asleep(0), asleep(0)];

    expect(await runTogether([begun as Entry, ...unbegun], 8_500)).toEqual(unbegun);

    expect(await stateOf(begun as Entry)).toMatchObject({ outcome: 'completed' });
    for (const entry of unbegun) {
      expect(await stateOf(entry)).toEqual({ state: 'accepted', runs: 0, outcome: undefined });
    }
    // They can be received again at once.
    const bodies = (await tasks.bodies()) as { task_id: string }[];
    const back = new Set(bodies.map(({ task_id }) => task_id));
    expect(unbegun.filter(({ task_id }) => back.has(task_id))).toEqual(unbegun);
  });
});
