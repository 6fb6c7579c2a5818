import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import * as sqs from '@aws-sdk/client-sqs';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TRIMMED_HANDLER_OPTIONS } from '../../../lib/build/bundle-options.ts';
import { prunableSchemas } from '../../../lib/build/trim-sdk.ts';
import { temporaryDirectory } from '../../local/assembly-fixture.ts';

const require = createRequire(import.meta.url);

/** The SDK's clients as they are in the bundles, beside the SDK's own. */
async function trimmed(): Promise<Clients> {
  const outfile = join(temporaryDirectory(), 'clients.cjs');
  const contents = `
    export { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
    export { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
    export { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';`;
  await build({ ...TRIMMED_HANDLER_OPTIONS, stdin: { contents, resolveDir: import.meta.dirname }, outfile });
  return require(outfile);
}

type Clients = Pick<
  typeof dynamodb,
  'ConditionalCheckFailedException' | 'DynamoDBClient' | 'PutItemCommand'
> &
  Pick<typeof secretsManager, 'GetSecretValueCommand' | 'SecretsManagerClient'> &
  Pick<typeof sqs, 'SendMessageCommand' | 'SQSClient'>;

const own: Clients = { ...dynamodb, ...secretsManager, ...sqs };
let inBundles: Clients;
beforeAll(async () => {
  inBundles = await trimmed();
});

const region = 'eu-central-1';
const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };

describe("AWS's errors", () => {
  const server = createServer((request, response) => {
    const [, status, type] = request.url?.split('/') ?? [];
    response.writeHead(Number(status), { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ __type: `com.amazonaws.any#${type}`, message: 'so it is' }));
  }).listen(0, '127.0.0.1');
  afterAll(() => server.close());

  async function thrown(
    clients: Clients,
    service: 'sqs' | 'dynamodb' | 'secrets',
    status: number,
    type: string,
  ) {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${status}/${type}`;
    const options = { region, credentials, endpoint, maxAttempts: 1, useQueueUrlAsEndpoint: false };
    const asked = {
      sqs: () =>
        new clients.SQSClient(options).send(
          new clients.SendMessageCommand({ QueueUrl: 'q', MessageBody: 'm' }),
        ),
      dynamodb: () =>
        new clients.DynamoDBClient(options).send(
          new clients.PutItemCommand({ TableName: 't', Item: { pk: { S: 'a' } } }),
        ),
      secrets: () =>
        new clients.SecretsManagerClient(options).send(new clients.GetSecretValueCommand({ SecretId: 's' })),
    };
    const error = (await asked[service]().catch((reason: unknown) => reason)) as Error &
      Record<string, unknown>;
    return {
      name: error.name,
      message: error.message,
      fault: error.$fault,
      instance: error instanceof Error,
    };
  }

  it.each([
    ['dynamodb', 400, 'ConditionalCheckFailedException'],
    ['dynamodb', 400, 'ProvisionedThroughputExceededException'],
    ['dynamodb', 500, 'InternalServerError'],
    ['sqs', 400, 'QueueDoesNotExist'],
    ['sqs', 403, 'RequestThrottled'],
    ['sqs', 400, 'SomethingOfNextYear'],
    ['secrets', 400, 'ResourceNotFoundException'],
    ['secrets', 400, 'DecryptionFailure'],
  ] as const)('of %s, %i %s, have the names that the SDK gives them', async (service, status, type) => {
    expect(await thrown(inBundles, service, status, type)).toEqual(await thrown(own, service, status, type));
  });

  it('of a condition that does not hold are told by their class', async () => {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/400/ConditionalCheckFailedException`;
    const { PutItemCommand, DynamoDBClient, ConditionalCheckFailedException } = inBundles;
    const put = new DynamoDBClient({ region, credentials, endpoint }).send(
      new PutItemCommand({ TableName: 't', Item: { pk: { S: 'a' } } }),
    );

    await expect(put).rejects.toBeInstanceOf(ConditionalCheckFailedException);
  });
});

describe('a release of the SDK that is written otherwise', () => {
  it('fails the build where its schemas register errors in another way', () => {
    expect(() => prunableSchemas('export var SendMessage$ = [];', '/x/client-sqs/schemas_0.js')).toThrow(
      '/x/client-sqs/schemas_0.js registers no errors any more as lib/build/trim-sdk.ts knows them',
    );
  });
});
