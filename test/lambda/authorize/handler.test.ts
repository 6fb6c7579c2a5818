import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretHash } from '../../../lambda/authorize/api-key.ts';
import type { handler as authorizeHandler } from '../../../lambda/authorize/handler.ts';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
} from '../../support/embedded-engines.ts';
import { setFunctionEnvironment } from '../../support/function-environment.ts';
import { httpEvent } from '../../support/lambda-events.ts';

const SECRET = 'AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA';
const OTHER_SECRET = 'IB8eHRwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgE';

const ACTIVE = '0000000000000001';
const EXPIRED = '0000000000000002';
const EXPIRING = '0000000000000003';
const REVOKED = '0000000000000004';

let engines: EmbeddedEngines;
let table: TestLedger;
let handler: typeof authorizeHandler;

beforeAll(async () => {
  engines = await startEmbeddedEngines();
  table = await engines.newLedger();
  setFunctionEnvironment(engines, { LEDGER_TABLE: table.table });
  await put(ACTIVE, {});
  await put(EXPIRED, { expires_at_ms: Date.now() - 1 });
  await put(EXPIRING, { expires_at_ms: Date.now() + 600_000 });
  await put(REVOKED, { revoked_at_ms: 1_764_000_000_000 });
  ({ handler } = await import('../../../lambda/authorize/handler.ts'));
});
afterAll(() => engines.stop());

async function put(keyId: string, differences: object) {
  const item = {
    pk: 'api-keys',
    sk: keyId,
    key_id: keyId,
    client: `client-${keyId.at(-1)}`,
    secret_sha256: secretHash(SECRET),
    created_at_ms: 1_764_000_000_000,
    ...differences,
  };
  await engines.dynamodb.client.send(new PutItemCommand({ TableName: table.table, Item: marshall(item) }));
}

/** A request with that header, as API Gateway hands it to an authorizer. */
function request(authorization: string | undefined, headers: Record<string, string> = {}) {
  const {
    body: _body,
    isBase64Encoded: _encoded,
    ...event
  } = httpEvent('POST /api/tasks', { userArn: null, headers });
  return {
    ...event,
    type: 'REQUEST',
    routeArn: 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/$default/POST/api/tasks',
    identitySource: authorization === undefined ? undefined : [authorization],
  } as unknown as APIGatewayRequestAuthorizerEventV2;
}

const ask = (authorization: string | undefined, headers?: Record<string, string>) =>
  handler(request(authorization, headers));

const NO = { isAuthorized: false, context: {} };

describe('the authorizer of API keys', () => {
  it('lets a key through, and tells whose it is', async () => {
    expect(await ask(`Bearer cck_${ACTIVE}_${SECRET}`)).toEqual({
      isAuthorized: true,
      context: { client: 'client-1' },
    });
    expect(await ask(`bearer cck_${EXPIRING}_${SECRET}`)).toMatchObject({ isAuthorized: true });
  });

  it.each([
    ['no key', undefined],
    ['what cannot be a key', 'Bearer cck_x_y'],
    ['a key that there is not', `Bearer cck_ffffffffffffffff_${SECRET}`],
    ['the id of a key with another secret', `Bearer cck_${ACTIVE}_${OTHER_SECRET}`],
    ['an expired key', `Bearer cck_${EXPIRED}_${SECRET}`],
    ['a revoked key', `Bearer cck_${REVOKED}_${SECRET}`],
    ['what is stored of a key in place of its secret', `Bearer cck_${ACTIVE}_${secretHash(SECRET)}`],
  ])('refuses %s', async (_what, authorization) => {
    expect(await ask(authorization)).toEqual(NO);
  });

  it('looks at what API Gateway remembers its answer under, and at no other header', async () => {
    const authorization = `Bearer cck_${ACTIVE}_${SECRET}`;
    expect(await ask('Bearer nonsense', { authorization, 'x-api-key': authorization })).toEqual(NO);
  });

  it('fails where the keys are out of reach: a fault is never a yes', async () => {
    await engines.dynamodb.stop();

    await expect(ask(`Bearer cck_${ACTIVE}_${SECRET}`)).rejects.toThrow();
    // What cannot be a key is not asked for.
    expect(await ask('Bearer nonsense')).toEqual(NO);
  });
});
