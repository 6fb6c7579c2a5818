import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiKey, apiKeyText, newApiKey, secretHash } from '../../lambda/authorize/api-key.ts';
import { apiKeyKey } from '../../lambda/ledger/keys.ts';
import { type LocalStack, startLocalStack } from '../../local/local-stack.ts';
import { LOCAL_CREDENTIALS, REGION } from '../../local/references.ts';
import { takeEveryPath } from '../support/every-path.ts';
import { allows, type Permission, permissionsOf } from '../support/iam-policies.ts';
import { type RecordingProxies, recordingProxies } from '../support/recording-proxies.ts';
import { synthesizePresent } from '../support/synthesize-present.ts';

/**
 * Compares what each function's role allows with the calls that its bundle makes, on every path. The actions that
 * Lambda itself uses on a function's behalf are the only ones that no call shows.
 */
const LAMBDAS_OWN = {
  'logs:CreateLogStream': 'its log',
  'logs:PutLogEvents': 'its log',
  'sqs:ReceiveMessage': 'the poller of its queue',
  'sqs:DeleteMessage': 'the poller of its queue',
  'sqs:GetQueueAttributes': 'the poller of its queue',
} as const;

let directory: string;
let stack: LocalStack;
let proxies: RecordingProxies;
let permissions: Permission[];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'iam-recorded-'));
  const assemblyDirectory = join(directory, 'cdk.out');
  await synthesizePresent(assemblyDirectory, {
    // With it the stack has every function that there is.
    auth: 'api-key',
    allowedCallbackCidrs: '127.0.0.0/8',
    retrySchedule: '1s,1s',
    deliveryDeadline: '1h',
    runTimeout: '5s',
  });
  const template = readFileSync(join(assemblyDirectory, 'CallbackCompletion.template.json'), 'utf8');
  permissions = permissionsOf(JSON.parse(template));
  proxies = recordingProxies();
  stack = await startLocalStack({
    assemblyDirectory,
    state: join(directory, 'state'),
    schedule: false,
    endpointsForFunctions: (engines) => proxies.leadTo(engines),
  });
  const key = newApiKey(randomBytes);
  await storeKey(key);
  await takeEveryPath(stack, proxies.calls, `Bearer ${apiKeyText(key)}`);
}, 120_000);

afterAll(async () => {
  await stack?.stop();
  proxies?.stop();
  rmSync(directory, { recursive: true, force: true });
});

const seen = (permission: Permission) => proxies.calls.filter((call) => allows(permission, call)).length;

const isLambdas = (action: string): action is keyof typeof LAMBDAS_OWN => action in LAMBDAS_OWN;

describe('the role of each function', () => {
  it('allows every call that its function makes', () => {
    const refused = proxies.calls.filter(
      (call) => !permissions.some((permission) => allows(permission, call)),
    );

    expect(refused).toEqual([]);
    expect(proxies.calls.length).toBeGreaterThan(100);
  });

  it('allows nothing that its function never does', () => {
    console.table(
      permissions.map((permission) => ({
        function: name(permission.function),
        action: permission.action,
        resource: name(permission.resource),
        'partition keys': permission.leadingKeys ?? '',
        seen: isLambdas(permission.action) ? `Lambda: ${LAMBDAS_OWN[permission.action]}` : seen(permission),
      })),
    );

    expect(
      permissions.filter((permission) => !isLambdas(permission.action) && seen(permission) === 0),
    ).toEqual([]);
  });

  it('is found wanting where it lacks a call, and where it allows one too many', () => {
    const [some] = permissions.filter(({ action }) => action === 'dynamodb:UpdateItem');
    const without = permissions.filter((permission) => permission !== some);
    const tooWide: Permission = {
      function: some?.function ?? '',
      action: 'dynamodb:DeleteItem',
      resource: some?.resource ?? '',
      leadingKeys: 'task#*',
    };

    expect(proxies.calls.some((call) => !without.some((permission) => allows(permission, call)))).toBe(true);
    expect(seen(tooWide)).toBe(0);
  });

  it('is compared for each of the functions that there are', () => {
    expect(new Set(permissions.map((permission) => name(permission.function)))).toEqual(
      new Set(
        stack.description.pipelines
          .flatMap(({ functions }) => functions)
          .map(({ logicalId }) => name(logicalId)),
      ),
    );
  });
});

async function storeKey({ id, secret }: ApiKey): Promise<void> {
  const record = {
    key_id: id,
    client: 'every-path',
    secret_sha256: secretHash(secret),
    created_at_ms: Date.now(),
  };
  const dynamodb = new DynamoDBClient({
    endpoint: stack.endpoints.dynamodb,
    region: REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const TableName = stack.description.pipelines[0]?.ledgerTable;
  await dynamodb.send(new PutItemCommand({ TableName, Item: marshall({ ...apiKeyKey(id), ...record }) }));
  dynamodb.destroy();
}

/** `PipelineSubmitFunction1A2B3C4D` as a reader knows it. */
function name(logicalId: string): string {
  return logicalId.replace(/^Pipeline/, '').replace(/(Function|Table|Queue|Secret|Logs)?[0-9A-F]{8}$/, '');
}
