import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { synthesizePresent } from '../support/synthesize-present.ts';

const assemblyDirectory = mkdtempSync(join(tmpdir(), 'run-batch-'));
let pipeline: Pipeline;
let receiver: ScriptedReceiver;

beforeAll(async () => {
  await synthesizePresent(assemblyDirectory, {
    runBatchSize: '5',
    runTimeout: '5s',
    runConcurrency: '2',
    allowedCallbackCidrs: '127.0.0.0/8',
  });
  pipeline = await startPipeline(assemblyDirectory);
  receiver = await startReceiver();
});

afterAll(async () => {
  await pipeline?.stop();
  await receiver?.stop();
  rmSync(assemblyDirectory, { recursive: true, force: true });
});

it('with runBatchSize=5 tasks are run in batches, each in a fifth of the time', async () => {
  const sleep = (seconds: number) => ({
    task_name: 'sleep',
    input: { seconds },
    callback_url: receiver.url,
  });

  // One that takes too long, among short ones.
  const seconds = [0, 0, 3, ...Array.from({ length: 17 }, () => 0)];
  const ids = await Promise.all(seconds.map((each) => pipeline.accepted(sleep(each))));

  const views = await Promise.all(ids.map((id) => pipeline.settled(id, 'delivered')));
  expect(views.map(({ runs }) => runs)).toEqual(seconds.map(() => 1));
  expect(views.map(({ outcome }) => outcome?.status)).toEqual(
    seconds.map((each) => (each === 3 ? 'timeout' : 'completed')),
  );
  expect(views[2]?.outcome?.error).toEqual({
    type: 'Timeout',
    message: 'the task did not finish within 1 s',
  });
  expect(pipeline.stack.description.pipelines[0]?.mappings.map(({ batchSize }) => batchSize).sort()).toEqual([
    10, 5,
  ]);
});
