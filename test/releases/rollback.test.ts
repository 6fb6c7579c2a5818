import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type LocalStack, startLocalStack } from '../../local/local-stack.ts';
import { eventually } from '../support/pipeline.ts';
import { answer, type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';
import { finishCases } from './finish-cases.ts';
import { startHandDrivenStack } from './hand-driven-stack.ts';
import { recordCases, VARIABLES } from './record-cases.ts';
import { type RecordedCase, readRelease, recordedVersions } from './recorded-release.ts';
import { startOnEmptyState } from './running-stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'rollback-'));
const cleanUps: (() => Promise<void>)[] = [];
/** Items and messages in every state, as the present code writes them. */
let present: { readonly cases: Record<string, RecordedCase>; readonly masterSecret: string };

beforeAll(async () => {
  const stack = await startHandDrivenStack(inject('assemblyDirectory'), join(folder, 'present'), {
    ...VARIABLES,
    // As with the default settings, so that nothing is due before it is loaded.
    RETRY_SCHEDULE_SECONDS: '5,300',
    DELIVERY_DEADLINE_SECONDS: '259200',
    RUN_TIMEOUT_SECONDS: '60',
  });
  try {
    present = { cases: await recordCases(stack), masterSecret: stack.masterSecret() };
  } finally {
    await stack.stop();
  }
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(recordedVersions())('a rollback to %s', (version) => {
  const release = readRelease(version);

  const assemblyOfRelease = () => {
    const assembly = release.assembly('default');
    cleanUps.push(async () => rmSync(assembly, { recursive: true, force: true }));
    return assembly;
  };

  it('finishes every task of the present code: each callback that is owed arrives once', async () => {
    const running = await startOnEmptyState(assemblyOfRelease(), release.resources.default);
    cleanUps.push(() => running.stop());
    await running.clients.setMasterSecret(present.masterSecret);

    await finishCases(present.cases, running);

    expect(running.log.filter((line) => line.includes('MalformedMessageError'))).toEqual([]);
  });

  it('goes on from the state folder of the present local stack', async () => {
    const state = join(folder, `state-${version}`);
    const receiver: ScriptedServer = await startScriptedServer((request, response) => {
      answer(receiver.requests.length === 1 ? 503 : 200)(request, response);
    });
    cleanUps.push(() => receiver.close());
    const start = (assemblyDirectory: string): Promise<LocalStack> =>
      startLocalStack({ assemblyDirectory, state, functionVariables: VARIABLES });
    const post = async ({ url }: LocalStack, path: string, body: unknown) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await response.json()) as { task_id: string };
    };
    const statusOf = async ({ url }: LocalStack, taskId: string) =>
      ((await (await fetch(`${url}/api/tasks/${taskId}`)).json()) as { status: string }).status;

    const stack = await start(inject('assemblyDirectory'));
    const callback_url = receiver.url;
    const attempted = await post(stack, '/api/tasks', { task_name: 'generate-report', callback_url });
    await eventually(() => expect(receiver.requests).toHaveLength(1));
    const delayed = await post(stack, '/api/tasks', {
      task_name: 'generate-report',
      callback_url,
      delay_seconds: 5,
    });
    const external = await post(stack, '/api/tasks', {
      task_name: 'manual-review',
      callback_url,
      input: { subject: 'invoice 17' },
    });
    await stack.kill();
    const names = stack.description.tables.map(({ name }) => name);

    const previous = await start(assemblyOfRelease());
    cleanUps.push(() => previous.stop());

    expect(previous.description.tables.map(({ name }) => name)).toEqual(names);
    expect(previous.recovered).toEqual({ tasks: 2, callbacks: 1, deadLetters: 0, unknown: {} });
    await post(previous, `/api/tasks/${external.task_id}/completion`, { status: 'completed', result: 1 });
    for (const { task_id } of [attempted, delayed, external]) {
      await eventually(async () => expect(await statusOf(previous, task_id)).toBe('delivered'));
    }
  });
});
