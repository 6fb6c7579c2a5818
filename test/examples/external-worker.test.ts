import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, type Pipeline, startPipeline } from '../support/pipeline.ts';

const WORKER = join(import.meta.dirname, '../../examples/external-worker/worker.ts');

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(() => pipeline.stop());

it('the external worker completes its task twice, and one verified callback tells of it', async () => {
  const { url } = pipeline.stack;

  const { stdout } = await promisify(execFile)(process.execPath, [WORKER, 'invoice 17'], {
    env: { ...process.env, API_URL: url },
  });

  expect(stdout).toMatch(/is completed: \{"approved":true\}\n$/);
  const callbacks = await eventually(async () => {
    const received = (await (await fetch(`${url}/inbox/reviews`)).json()) as unknown[];
    expect(received).not.toEqual([]);
    return received;
  });
  expect(callbacks).toMatchObject([
    { verified: true, body: { status: 'completed', task_name: 'manual-review', result: { approved: true } } },
  ]);
});
