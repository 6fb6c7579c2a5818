import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SQSBatchResponse } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standardWebhooksSignature } from '../../../lambda/callback/signature.ts';
import { clientSecret } from '../../../lambda/callback/signing-secret.ts';
import type { handler as deliverHandler } from '../../../lambda/deliver/handler.ts';
import { SecretsEngine } from '../../../local/secrets-engine.ts';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
  type TestQueue,
} from '../../support/embedded-engines.ts';
import { ALICE, deliveringTask } from '../../support/entries.ts';
import { setFunctionEnvironment } from '../../support/function-environment.ts';
import { lambdaContext, recordOf, sqsEvent, sqsRecord } from '../../support/lambda-events.ts';
import { answer, type ScriptedServer, silence, startScriptedServer } from '../../support/scripted-server.ts';

const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:master';

let engines: EmbeddedEngines;
let secrets: SecretsEngine;
let table: TestLedger;
let callbacks: TestQueue;
let deadLetters: TestQueue;
let receiver: ScriptedServer;
let handler: typeof deliverHandler;
const directory = mkdtempSync(join(tmpdir(), 'secrets-'));

beforeAll(async () => {
  engines = await startEmbeddedEngines();
  secrets = await SecretsEngine.start(join(directory, 'secrets.json'), [
    {
      name: 'master',
      arn: SECRET_ARN,
      generate: {
        secretStringTemplate: '{}',
        generateStringKey: 'current',
        passwordLength: 64,
        excludePunctuation: true,
        excludeCharacters: '',
      },
    },
  ]);
  table = await engines.newLedger();
  callbacks = await engines.newQueue();
  deadLetters = await engines.newQueue();
  setFunctionEnvironment(engines, {
    LEDGER_TABLE: table.table,
    TASKS_QUEUE_URL: (await engines.newQueue()).url,
    CALLBACKS_QUEUE_URL: callbacks.url,
    DEAD_LETTER_QUEUE_URL: deadLetters.url,
    MASTER_SECRET_ARN: SECRET_ARN,
    RETRY_SCHEDULE_SECONDS: '1,300',
    MAX_RECEIVE_COUNT: '10',
    API_URL: 'https://api.example.com',
    ALLOWED_CALLBACK_CIDRS: '127.0.0.0/8',
    CALLBACK_TIMEOUT_SECONDS: '2',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
  });
  receiver = await startScriptedServer(answer(200), answer(410), answer(503), silence);
  ({ handler } = await import('../../../lambda/deliver/handler.ts'));
});
afterAll(async () => {
  await Promise.all([engines.stop(), secrets.stop(), receiver.close()]);
  rmSync(directory, { recursive: true, force: true });
});

const deliver = async (...records: Parameters<typeof sqsEvent>) =>
  (await handler(sqsEvent(...records), lambdaContext())) as SQSBatchResponse;

/** Puts a task into the ledger whose callback is due, and receives its message. */
async function due() {
  const entry = deliveringTask({ callback_url: receiver.url, deliver_by_ms: Date.now() + 60_000 });
  await table.ledger.create(entry);
  await callbacks.queue.send({ message: { task_id: entry.task_id, generation: 0 } });
  const [message] = await callbacks.receive();
  if (message === undefined) throw new Error('the message is not there');
  return { id: entry.task_id, record: recordOf(message) };
}

describe('the deliver function', () => {
  it("posts a callback, signed with the client's own secret", async () => {
    const { id, record } = await due();

    expect(await deliver(record)).toEqual({ batchItemFailures: [] });

    const [callback] = receiver.requests;
    const { current } = JSON.parse(secrets.value(SECRET_ARN) ?? '{}');
    const sentAtSeconds = Number(callback?.headers['webhook-timestamp']);
    expect(Math.abs(Date.now() / 1000 - sentAtSeconds)).toBeLessThan(10);
    expect(callback?.headers['webhook-signature']).toBe(
      standardWebhooksSignature(clientSecret(current, ALICE), id, sentAtSeconds, callback?.body ?? ''),
    );
    expect(await table.ledger.read(id)).toMatchObject({
      state: 'delivered',
      attempts: [{ status_code: 200 }],
    });
  });

  it('gives each message of a batch its own end', async () => {
    const gone = await due();
    expect(await deliver(gone.record)).toEqual({ batchItemFailures: [] });
    const unavailable = await due();
    const malformed = sqsRecord('not ours', { messageId: 'malformed' });
    const delivered = sqsRecord(`{"v":1,"task_id":"${gone.id}","generation":0}`);

    expect(await deliver(malformed, unavailable.record, delivered)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'malformed' }, { itemIdentifier: unavailable.record.messageId }],
    });

    expect(await table.ledger.read(gone.id)).toMatchObject({ state: 'dead', dead_reason: 'gone' });
    expect(await deadLetters.bodies()).toEqual([{ v: 1, task_id: gone.id, generation: 1 }]);
    expect(await table.ledger.read(unavailable.id)).toMatchObject({ state: 'delivering', attempt_count: 1 });
    // 1 s, a fifth more or less, in whole seconds rounded up.
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect((await callbacks.receive()).map(({ MessageId }) => MessageId)).toEqual([
      unavailable.record.messageId,
    ]);
  });

  it('ends an attempt that is not answered within the callback timeout', async () => {
    const { id, record } = await due();
    await deliver(record);

    const [attempt] = (await table.ledger.read(id))?.attempts ?? [];
    expect(attempt?.error_class).toBe('timeout');
    expect(attempt?.duration_ms).toBeLessThan(5_000);
  });
});
