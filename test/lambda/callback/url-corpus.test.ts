import dns, { type LookupAddress } from 'node:dns';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { SecretsEngine } from '../../../local/secrets-engine.ts';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
} from '../../support/embedded-engines.ts';
import { deliveringTask } from '../../support/entries.ts';
import { setFunctionEnvironment } from '../../support/function-environment.ts';
import { httpEvent, lambdaContext, sqsEvent, sqsRecord } from '../../support/lambda-events.ts';
import { type ConnectionAttempt, type SocketTap, tapSockets } from '../../support/socket-tap.ts';
import { loadSubmitHandler } from '../../support/source-handlers.ts';
import { CORPUS, type CorpusUrl, DEPLOYMENTS, type Deployment } from './url-corpus.ts';

const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:master';
const PUBLIC = ['93.184.215.14'];

let engines: EmbeddedEngines;
let secrets: SecretsEngine;
let table: TestLedger;
let tap: SocketTap;
let variables: Record<string, string>;
const directory = mkdtempSync(join(tmpdir(), 'url-corpus-'));

/** What DNS answers to the look-ups to come; the last answer stays. */
const answers: (readonly string[])[] = [];
const lookedUp: string[] = [];

beforeAll(async () => {
  engines = await startEmbeddedEngines();
  const generate = {
    secretStringTemplate: '{}',
    generateStringKey: 'current',
    passwordLength: 64,
    excludePunctuation: true,
    excludeCharacters: '',
  };
  const master = { name: 'master', arn: SECRET_ARN, generate };
  secrets = await SecretsEngine.start(join(directory, 'secrets.json'), [master]);
  table = await engines.newLedger();
  variables = {
    LEDGER_TABLE: table.table,
    TASKS_QUEUE_URL: (await engines.newQueue()).url,
    CALLBACKS_QUEUE_URL: (await engines.newQueue()).url,
    DEAD_LETTER_QUEUE_URL: (await engines.newQueue()).url,
    MASTER_SECRET_ARN: SECRET_ARN,
    RETRY_SCHEDULE_SECONDS: '0',
    MAX_RECEIVE_COUNT: '10',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    ALLOWED_CALLBACK_CIDRS: '',
    ALLOWED_CALLBACK_HOSTS: '*',
  };
  const endpoints = [engines.dynamodb.endpoint, engines.sqs.endpoint, secrets.endpoint];
  tap = tapSockets(endpoints.map((endpoint) => Number(new URL(endpoint).port)));
  vi.spyOn(dns, 'lookup').mockImplementation(((name: string, _options: object, done: Answered) => {
    lookedUp.push(name);
    const [answer = []] = answers.length > 1 ? answers.splice(0, 1) : answers;
    const addresses = answer.map((address) => ({ address, family: isIP(address) }));
    setImmediate(() => done(null, addresses));
  }) as unknown as typeof dns.lookup);
});
afterAll(async () => {
  vi.restoreAllMocks();
  tap.remove();
  await Promise.all([engines.stop(), secrets.stop()]);
  rmSync(directory, { recursive: true, force: true });
});

type Answered = (error: null, addresses: LookupAddress[]) => void;

/** The functions as they are deployed: their handlers, loaded with the environment of that deployment. */
async function deployed(deployment: Deployment) {
  vi.resetModules();
  setFunctionEnvironment(engines, { ...variables, ...DEPLOYMENTS[deployment] });
  const [submit, deliver] = await Promise.all([
    loadSubmitHandler(),
    import('../../../lambda/deliver/handler.ts'),
  ]);
  return { submit, deliver: deliver.handler };
}

type Functions = Awaited<ReturnType<typeof deployed>>;

/** What submit answers to a task with this callback URL. */
async function submitted(url: string, { submit }: Functions): Promise<APIGatewayProxyStructuredResultV2> {
  const body = JSON.stringify({ task_name: 'sleep', input: { seconds: 1 }, callback_url: url });
  return (await submit(
    httpEvent('POST /api/tasks', { body }),
    lambdaContext(),
  )) as APIGatewayProxyStructuredResultV2;
}

interface Delivery {
  readonly connections: readonly ConnectionAttempt[];
  readonly lookUps: readonly string[];
  readonly entry: Entry | undefined;
}

/** Delivers a callback to this URL, whatever submit said of it, as often as the corpus has an answer of DNS. */
async function deliveries(
  { url, dns: script = [PUBLIC] }: CorpusUrl,
  { deliver }: Functions,
): Promise<Delivery[]> {
  // As after a redrive, so that no breaker holds it back.
  const task = deliveringTask({ callback_url: url, generation: 1, deliver_by_ms: Date.now() + 3_600_000 });
  await table.ledger.create(task);
  const all: Delivery[] = [];
  for (const answer of script) {
    answers.splice(0, answers.length, answer);
    lookedUp.length = 0;
    tap.taken();
    await deliver(
      sqsEvent(sqsRecord(JSON.stringify({ v: 1, task_id: task.task_id, generation: 1 }))),
      lambdaContext(),
    );
    all.push({
      connections: tap.taken(),
      lookUps: [...lookedUp],
      entry: await table.ledger.read(task.task_id),
    });
  }
  return all;
}

const told = (connections: readonly ConnectionAttempt[]) =>
  connections.map(({ address, port }) => `${address}:${port}`).toSorted();

const counts = { urls: 0, bypass: 0, falsePositive: 0, connectionsForRefused: 0, sentBeyondLoopback: 0 };
afterAll(() => {
  console.log(
    `${counts.urls} URLs (${CORPUS.filter(({ verdict }) => verdict === 'refused').length} to be refused): ` +
      `bypass ${counts.bypass}, false positive ${counts.falsePositive}, ` +
      `connections opened for refused ones ${counts.connectionsForRefused}`,
  );
});

it('the tap lets no packet leave the machine', async () => {
  const failed = await new Promise<NodeJS.ErrnoException>((resolve) =>
    connect({ host: '93.184.215.14', port: 443 }).on('error', resolve),
  );
  expect(failed.code).toBe('ERR_IP_BLOCKED');
  expect(tap.taken()).toEqual([{ address: '93.184.215.14', port: 443, error: 'ERR_IP_BLOCKED' }]);
});

it('the corpus has enough of both kinds, and nothing twice', () => {
  expect(CORPUS.length).toBeGreaterThanOrEqual(400);
  expect(CORPUS.filter(({ verdict }) => verdict === 'called').length).toBeGreaterThanOrEqual(100);
  expect(new Set(CORPUS.map(({ url, on = 'aws' }) => `${on} ${url}`)).size).toBe(CORPUS.length);
});

describe.each(Object.keys(DEPLOYMENTS) as Deployment[])('on %s', (deployment) => {
  const corpus = CORPUS.filter(({ on = 'aws' }) => on === deployment);
  let functions: Functions;
  beforeAll(async () => {
    functions = await deployed(deployment);
  });

  it.each(corpus)('$url is $verdict: $reason', async (given) => {
    const { url, verdict, refusedAt, connects = [] } = given;
    counts.urls += 1;
    const answer = await submitted(url, functions);
    const all = await deliveries(given, functions);
    const last = all.at(-1);
    const connections = last?.connections ?? [];

    if (verdict === 'refused') {
      counts.connectionsForRefused += connections.length;
      if (connections.length > 0 || last?.entry?.state !== 'dead') counts.bypass += 1;
    } else if (answer.statusCode !== 202 || connections.length === 0) {
      counts.falsePositive += 1;
    }

    expect(answer.statusCode, answer.body).toBe(refusedAt === 'submit' ? 400 : 202);
    if (refusedAt === 'submit') {
      expect(JSON.parse(answer.body ?? '')).toMatchObject({ issues: [{ path: 'callback_url' }] });
      expect(last?.lookUps).toEqual([]);
    }
    expect(told(connections)).toEqual(verdict === 'refused' ? [] : connects);
    expect(last?.entry).toMatchObject(
      verdict === 'refused' ? { state: 'dead', dead_reason: 'url-refused' } : { state: 'delivering' },
    );
    // The answer that was judged is the one that is connected to: there is no second look-up in between.
    expect(last?.lookUps.length).toBeLessThanOrEqual(1);
    for (const { connections: earlier } of all.slice(0, -1)) expect(earlier.length).toBeGreaterThan(0);
    for (const { connections: each } of all) {
      const beyond = each.filter(({ address }) => !/^(127\.|::1$)/.test(address));
      expect(beyond.filter(({ error }) => error !== 'ERR_IP_BLOCKED')).toEqual([]);
    }
  });
});
