import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalStack, startLocalStack } from '../../local/local-stack.ts';
import { type MeteredEngines, meteredEngines } from '../support/metered-engines.ts';
import { eventually, type TaskView } from '../support/pipeline.ts';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';
import { synthesizePresent } from '../support/synthesize-present.ts';

/**
 * What tasks that go well ask of AWS, counted: a bill is calls and units, and here both may only fall. Lambda's own
 * pollers come on top, with a ReceiveMessage and a DeleteMessageBatch for each batch.
 */
const TASKS = 20;

let directory: string;
let engines: MeteredEngines;
let stack: LocalStack;
let receiver: ScriptedServer;
/** Those whose callbacks hold deliver up. */
const held: (() => void)[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'aws-calls-'));
  const assemblyDirectory = join(directory, 'cdk.out');
  await synthesizePresent(assemblyDirectory, {
    allowedCallbackCidrs: '127.0.0.0/8',
    deliverConcurrency: '2',
  });
  engines = meteredEngines();
  stack = await startLocalStack({
    assemblyDirectory,
    state: join(directory, 'state'),
    schedule: false,
    endpointsForFunctions: (endpoints) => engines.leadTo(endpoints),
  });
  receiver = await startScriptedServer((request, response) => {
    const answer = () => response.writeHead(204).end();
    if (request.url === '/held') held.push(answer);
    else answer();
  });
}, 180_000);

afterAll(async () => {
  for (const letGo of held.splice(0)) letGo();
  await stack?.stop();
  engines?.stop();
  await receiver?.close();
  rmSync(directory, { recursive: true, force: true });
});

async function submit(callbackUrl: string): Promise<string> {
  const answer = await fetch(`${stack.url}/api/tasks`, {
    method: 'POST',
    body: JSON.stringify({ task_name: 'sleep', input: { seconds: 0 }, callback_url: callbackUrl }),
  });
  return ((await answer.json()) as TaskView).task_id;
}

async function become(taskIds: readonly string[], status: string): Promise<void> {
  for (const taskId of taskIds) {
    await eventually(async () => {
      const view = (await (await fetch(`${stack.url}/api/tasks/${taskId}`)).json()) as TaskView;
      if (view.status !== status) throw new Error(`the task is ${JSON.stringify(view)}`);
    });
  }
}

/** How often each function has called what. */
function callsOf(functionName: string): Record<string, number> {
  const own = engines.calls.filter(({ caller }) => caller.includes(functionName));
  return Object.fromEntries(
    [...Map.groupBy(own, ({ operation }) => operation)].map(([operation, calls]) => [
      operation,
      calls.length,
    ]),
  );
}

describe('tasks that go well', () => {
  it('ask as little of AWS as they can', { timeout: 120_000 }, async () => {
    // Both of deliver's processes are started and kept waiting, so that what follows gathers to full batches.
    const holding: string[] = [];
    for (const waiting of [1, 2]) {
      holding.push(await submit(`http://127.0.0.1:${receiver.port}/held`));
      await eventually(() => expect(held).toHaveLength(waiting));
    }
    engines.forget();

    const tasks = await Promise.all(Array.from({ length: TASKS }, () => submit(receiver.url)));
    await become(tasks, 'delivering');
    for (const letGo of held.splice(0)) letGo();
    await become([...holding, ...tasks], 'delivered');

    const calls = { submit: callsOf('Submit'), run: callsOf('Run'), deliver: callsOf('Deliver') };
    const sum = (field: 'readUnits' | 'writeUnits') =>
      engines.calls
        .filter(({ caller }) => /Submit|Run|Deliver/.test(caller))
        .reduce((total, call) => total + call[field], 0);
    const units = { write: sum('writeUnits'), read: sum('readUnits') };
    console.table({ ...calls, [`units of ${TASKS} tasks, and of the end of 2`]: units });

    expect(calls).toEqual({
      submit: { PutItem: 20, SendMessage: 20 },
      run: { UpdateItem: 40, SendMessage: 20 },
      // The 2 that were kept waiting are told to be delivered as well.
      deliver: { BatchGetItem: 2, UpdateItem: 22 },
    });
    // Created, claimed, completed, delivered: a unit each; and the read of deliver.
    expect(units).toEqual({ write: 82, read: 20 });
  });
});
