import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultProxy } from '../../chaos/fault-proxy.ts';
import { LOCAL_CREDENTIALS, REGION } from '../../local/references.ts';
import { answer, type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

const THROTTLING = {
  type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
  message: 'too much',
};

/** Dice that bring about each fault, by the shares of all calls that they have. */
const DICE = { none: 0.5, latency: 0.87, throttle: 0.93, cut: 0.96, 'lost-reply': 0.98, stall: 0.997 };

let engine: ScriptedServer;
let dice: number[];
let proxy: FaultProxy;
const clients: DynamoDBClient[] = [];

beforeEach(async () => {
  const json = { 'content-type': 'application/x-amz-json-1.0' };
  engine = await startScriptedServer(answer(200, json, '{"Item":{"pk":{"S":"task#1"}}}'));
  dice = [];
  proxy = await FaultProxy.start(THROTTLING, () => dice.shift() ?? DICE.none);
  proxy.leadTo(`http://127.0.0.1:${engine.port}`);
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  proxy.stop();
  await engine.close();
});

/** Reads an item as the functions do, with so many attempts. */
async function read(maxAttempts: number): Promise<string | undefined> {
  const client = new DynamoDBClient({
    endpoint: proxy.url,
    region: REGION,
    credentials: LOCAL_CREDENTIALS,
    maxAttempts,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
  });
  clients.push(client);
  const { Item } = await client.send(
    new GetItemCommand({ TableName: 'ledger', Key: { pk: { S: 'task#1' } } }),
  );
  return Item?.pk?.S;
}

describe('the way to an engine', () => {
  it('passes a call on, and its answer back', async () => {
    expect(await read(1)).toBe('task#1');
    expect(engine.requests).toHaveLength(1);
    expect(engine.requests[0]?.body).toBe('{"TableName":"ledger","Key":{"pk":{"S":"task#1"}}}');
  });

  it('throttles as the service does, without making the call', async () => {
    dice = [DICE.throttle];
    await expect(read(1)).rejects.toThrow(
      expect.objectContaining({ name: 'ProvisionedThroughputExceededException' }),
    );
    expect(engine.requests).toHaveLength(0);
    expect(proxy.injected.throttle).toBe(1);
  });

  it.each([
    ['cut before the call', 'cut', 0],
    ['cut after it', 'lost-reply', 1],
    ['silent for longer than is waited', 'stall', 1],
  ] as const)('is %s', async (_how, fault, calls) => {
    dice = [DICE[fault]];
    await expect(read(1)).rejects.toThrow();
    expect(engine.requests).toHaveLength(calls);
    expect(proxy.injected[fault]).toBe(1);
  });

  it('is one that the SDK masters by trying again', async () => {
    dice = [DICE.cut, DICE['lost-reply']];
    expect(await read(3)).toBe('task#1');
    expect(engine.requests).toHaveLength(2);
    expect(proxy.calls).toBe(3);
  });

  it('is clear once faults are off', async () => {
    proxy.faulty = false;
    dice = [DICE.cut];
    expect(await read(1)).toBe('task#1');
  });
});
