import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsClientSettings } from '../../lambda/aws-client.ts';
import { LOCAL_CREDENTIALS, REGION } from '../../local/references.ts';
import { type EmbeddedEngines, startEmbeddedEngines } from '../support/embedded-engines.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

describe("the functions' client of an AWS service", () => {
  let engines: EmbeddedEngines;
  beforeAll(async () => {
    engines = await startEmbeddedEngines();
  });
  afterAll(() => engines.stop());

  it('makes a call at its second attempt though all its kept connections went silent', async () => {
    const { table } = await engines.newLedger();
    const proxy = await startTcpProxy(Number(new URL(engines.dynamodb.endpoint).port));
    const client = new DynamoDBClient({
      ...awsClientSettings(),
      region: REGION,
      endpoint: proxy.url,
      credentials: LOCAL_CREDENTIALS,
    });
    const call = () => client.send(new DescribeTableCommand({ TableName: table }));
    await Promise.all([1, 2, 3, 4, 5].map(call));
    expect(proxy.connections.open).toBe(5);

    proxy.silenceOpen();
    const [first, second] = [await call(), await call()];

    expect(first.$metadata.attempts).toBe(2);
    expect(second.$metadata.attempts).toBe(1);
    client.destroy();
    await proxy.close();
  });
});
