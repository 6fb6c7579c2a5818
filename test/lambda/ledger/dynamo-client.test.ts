import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dynamoClient } from '../../../lambda/ledger/dynamo-ledger.ts';
import { answer, type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

/** What saves deliver's processor two tenths: bench/deliver-cpu tells how much, these that it is still so. */

let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer(answer(200));
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${server.port}`);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const command = () =>
  new GetItemCommand({ TableName: 'ledger', Key: { pk: { S: 'task#ü' }, sk: { S: 'entry' } } });

describe("the ledger's client", () => {
  it('hands Node the body as text, which is what was measured and signed', async () => {
    const client = dynamoClient();
    const bodies: unknown[] = [];
    const handle = client.config.requestHandler.handle.bind(client.config.requestHandler);
    client.config.requestHandler.handle = async (request, options) => {
      bodies.push(request.body);
      return await handle(request, options);
    };

    await client.send(command()).catch(() => {});
    client.destroy();

    expect(bodies).toEqual(['{"TableName":"ledger","Key":{"pk":{"S":"task#ü"},"sk":{"S":"entry"}}}']);
    expect(server.requests.at(-1)?.body).toBe(bodies[0]);
    expect(server.requests.at(-1)?.headers['content-length']).toBe('70');
  });

  it("builds the stack of a command's middleware once", async () => {
    const client = dynamoClient();
    await client.send(command()).catch(() => {});
    const second = command();
    const built = vi.spyOn(second, 'resolveMiddleware');

    await client.send(second).catch(() => {});
    client.destroy();

    expect(built).not.toHaveBeenCalled();
  });
});
