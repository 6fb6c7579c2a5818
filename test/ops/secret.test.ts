import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { removeEndpoints, writeEndpoints } from '../../local/endpoints-file.ts';
import { SecretsEngine } from '../../local/secrets-engine.ts';
import { ops, opsJson } from '../support/ops.ts';

const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Test-Master';
const LOCAL_CLIENT = 'arn:aws:iam::000000000000:user/local';

const engines: SecretsEngine[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(engines.splice(0).map((engine) => engine.stop()));
});

/** A state folder as a running local stack has it, with the engine that holds its secret. */
async function runningStack(auth = 'iam') {
  const state = mkdtempSync(join(tmpdir(), 'ops-'));
  const engine = await SecretsEngine.start(join(state, 'secrets.json'), [
    {
      name: 'Test-Master',
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
  engines.push(engine);
  writeEndpoints(state, {
    engines: { sqs: 'http://127.0.0.1:1', dynamodb: 'http://127.0.0.1:1', secretsManager: engine.endpoint },
    pipelines: [
      {
        name: 'Shop/Callbacks',
        id: 'Callbacks',
        apiUrl: 'https://api.example.com',
        queueUrls: {},
        masterSecretArn: SECRET_ARN,
        settings: { auth },
        ...(auth === 'iam' && { client: LOCAL_CLIENT }),
      },
    ],
  });
  const master = () => JSON.parse(engine.value(SECRET_ARN) ?? '') as Record<string, string>;
  return { state, engine, master };
}

function setClock(time: string): void {
  vi.useFakeTimers({ now: new Date(time), toFake: ['Date'] });
}

describe('secret rotate', () => {
  it('makes a new secret, and lets the old one sign until the overlap ends', async () => {
    setClock('2026-11-21T07:00:00.000Z');
    const { state, master } = await runningStack();
    const { current: old } = master();

    const { exitCode, out } = await ops(['secret', 'rotate', '--overlap', '36h', '--state', state]);

    expect(exitCode).toBe(0);
    expect(out).toContain('until 2026-11-22T19:00:00.000Z');
    expect(master()).toEqual({
      current: expect.stringMatching(/^[A-Za-z0-9_-]{64}$/),
      previous: old,
      previousUntil: '2026-11-22T19:00:00.000Z',
    });
    expect(master().current).not.toBe(old);
  });

  it('says so in JSON, and overlaps for a day if nothing else is asked for', async () => {
    setClock('2026-11-21T07:00:00.000Z');
    const { state } = await runningStack();

    expect(await opsJson('secret', 'rotate', '--state', state)).toEqual({
      previous_until: '2026-11-22T07:00:00.000Z',
    });
  });

  it('asks before it cuts an overlap short', async () => {
    setClock('2026-11-21T07:00:00.000Z');
    const { state, master } = await runningStack();
    await opsJson('secret', 'rotate', '--overlap', '24h', '--state', state);
    const rotated = master();
    setClock('2026-11-22T06:59:59.000Z');

    const nobody = await ops(['secret', 'rotate', '--state', state]);
    expect(nobody).toMatchObject({ exitCode: 1, out: '' });
    expect(nobody.err).toContain('runs until 2026-11-22T07:00:00.000Z');
    expect(nobody.err).toContain('--yes');
    const no = await ops(['secret', 'rotate', '--state', state], false);
    expect(no).toMatchObject({ exitCode: 1, err: 'Nothing was changed.' });
    expect(no.asked).toHaveLength(1);
    expect(master()).toEqual(rotated);

    expect(await ops(['secret', 'rotate', '--state', state], true)).toMatchObject({ exitCode: 0 });
    expect(master().previous).toBe(rotated.current);
    const sure = await ops(['secret', 'rotate', '--yes', '--state', state], false);
    expect(sure).toMatchObject({ exitCode: 0, asked: [] });
  });

  it('does not ask once the overlap has ended', async () => {
    setClock('2026-11-21T07:00:00.000Z');
    const { state } = await runningStack();
    await opsJson('secret', 'rotate', '--overlap', '24h', '--state', state);
    setClock('2026-11-22T07:00:00.000Z');

    expect(await ops(['secret', 'rotate', '--state', state], false)).toMatchObject({
      exitCode: 0,
      asked: [],
    });
  });

  it.each(['0s', '31d', '721h', '24', '1.5h', '-1h', 'soon', ''])(
    'refuses an overlap of %j',
    async (overlap) => {
      const { state, master } = await runningStack();
      const before = master();

      const { exitCode, err } = await ops(['secret', 'rotate', `--overlap=${overlap}`, '--state', state]);

      expect(exitCode).toBe(2);
      expect(err).toBe(
        `--overlap is ${overlap}; it must be a whole number with a unit s, m, h or d, more than 0 and at most 30d. Example: --overlap 24h`,
      );
      expect(master()).toEqual(before);
    },
  );

  it.each(['1s', '30d', '720h'])('takes an overlap of %s', async (overlap) => {
    const { state } = await runningStack();

    expect(await ops(['secret', 'rotate', '--overlap', overlap, '--state', state])).toMatchObject({
      exitCode: 0,
    });
  });

  it('is kept, for its owner’s eyes only', async () => {
    const { state, master } = await runningStack();
    await opsJson('secret', 'rotate', '--state', state);

    const file = join(state, 'secrets.json');
    const [kept] = JSON.parse(readFileSync(file, 'utf8')) as { value: string }[];
    expect(JSON.parse(kept?.value ?? '')).toEqual(master());
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe('secret show', () => {
  it('prints what the client’s callbacks are signed with, the old secret with its end', async () => {
    setClock('2026-11-21T07:00:00.000Z');
    const { state } = await runningStack();
    const first = await opsJson('secret', 'show', '--state', state);
    expect(first).toEqual({ client: LOCAL_CLIENT, current: expect.stringMatching(/^whsec_[\w+/]{43}=$/) });
    await opsJson('secret', 'rotate', '--overlap', '2h', '--state', state);

    const second = await opsJson('secret', 'show', '--state', state);
    expect(second).toEqual({
      client: LOCAL_CLIENT,
      current: expect.stringMatching(/^whsec_[\w+/]{43}=$/),
      previous: first.current,
      previous_until: '2026-11-21T09:00:00.000Z',
    });
    expect(second.current).not.toBe(first.current);
    expect((await ops(['secret', 'show', '--state', state])).out).toBe(
      [
        `client    ${LOCAL_CLIENT}`,
        `current   ${second.current}`,
        `previous  ${first.current}  until 2026-11-21T09:00:00.000Z`,
      ].join('\n'),
    );

    setClock('2026-11-21T09:00:00.000Z');
    expect(await opsJson('secret', 'show', '--state', state)).toEqual({
      client: LOCAL_CLIENT,
      current: second.current,
    });
  });

  it.each([
    ['user/local', 'arn:aws:iam::000000000000:user/local'],
    ['role/billing', 'arn:aws:sts::000000000000:assumed-role/billing'],
    ['role/apps/eu/billing', 'arn:aws:sts::000000000000:assumed-role/billing'],
    ['arn:aws:iam::123456789012:role/apps/billing', 'arn:aws:sts::123456789012:assumed-role/billing'],
    [
      'arn:aws:sts::123456789012:assumed-role/billing/i-0abc',
      'arn:aws:sts::123456789012:assumed-role/billing',
    ],
    ['arn:aws-cn:iam::123456789012:role/billing', 'arn:aws-cn:sts::123456789012:assumed-role/billing'],
    ['arn:aws:iam::123456789012:user/apps/ci', 'arn:aws:iam::123456789012:user/apps/ci'],
    ['role/apps/shoppers#eu-west-1:0c5e', 'arn:aws:sts::000000000000:assumed-role/shoppers#eu-west-1:0c5e'],
    [
      'arn:aws:sts::123456789012:assumed-role/shoppers#eu-west-1:0c5e',
      'arn:aws:sts::123456789012:assumed-role/shoppers#eu-west-1:0c5e',
    ],
  ])('takes %s for the client that the API knows as %s', async (given, client) => {
    const { state } = await runningStack();

    const shown = await opsJson('secret', 'show', '--client', given, '--state', state);

    expect(shown.client).toBe(client);
    const local = await opsJson('secret', 'show', '--state', state);
    expect(shown.current === local.current).toBe(client === LOCAL_CLIENT);
  });

  it.each([
    ['api-key', 'shop', 'api-key:shop'],
    ['api-key', 'api-key:shop', 'api-key:shop'],
    ['jwt', 'jwt:https://login.example.com/tenant#alice', 'jwt:https://login.example.com/tenant#alice'],
  ])('takes, where the stack runs with auth=%s, %s for %s', async (auth, given, client) => {
    const { state } = await runningStack(auth);

    const { exitCode, out, err } = await ops(['secret', 'show', '--client', given, '--state', state]);

    expect([exitCode, err]).toEqual([0, '']);
    expect(out).toContain(`client    ${client}\n`);
  });
});

describe('secret show, of a client that the stack does not know by that kind', () => {
  it.each([
    [
      'api-key',
      'user/alice',
      'iam',
      'arn:aws:iam::000000000000:user/alice',
      'the name that a key was made for. Example: --client billing',
    ],
    [
      'jwt',
      'shop',
      'api-key',
      'api-key:shop',
      'jwt:ISSUER#SUBJECT. Example: --client jwt:https://login.example.com#alice',
    ],
    [
      'iam',
      'shop',
      'api-key',
      'api-key:shop',
      'an ARN, role/NAME or user/NAME. Example: --client role/billing',
    ],
  ])('refuses with auth=%s %s', async (auth, given, kind, full, allowed) => {
    const { state } = await runningStack(auth);

    expect(await ops(['secret', 'show', '--client', given, '--state', state])).toMatchObject({
      exitCode: 2,
      out: '',
      err: `--client is a client of auth=${kind}, ${full}, but the local stack in ${state} runs with auth=${auth}. Give ${allowed}. If auth is to change to ${kind}, give the client in full: --client ${full}`,
    });
  });

  it.each([
    ['api-key', 'arn:aws:iam::000000000000:user/alice', 'iam'],
    ['api-key', 'jwt:https://login.example.com#alice', 'jwt'],
    ['iam', 'api-key:shop', 'api-key'],
  ])('shows it all the same with auth=%s for %s, given in full, and says so', async (auth, full, kind) => {
    const { state } = await runningStack(auth);

    const { exitCode, out, err } = await ops(['secret', 'show', '--client', full, '--state', state]);

    expect(exitCode).toBe(0);
    expect(out).toMatch(/^current +whsec_/m);
    expect(err).toBe(
      `Note: the local stack in ${state} runs with auth=${auth}; it signs nothing with this secret until it runs with auth=${kind}.`,
    );
  });
});

describe('secret show, of nobody', () => {
  it.each([
    'api-key:',
    'jwt:https://login.example.com',
    'jwt:#alice',
    'a b',
    'team/shop',
    'x'.repeat(65),
    'arn:nonsense',
    'arn:aws:iam::12345:user/alice',
    'arn:aws:iam::123456789012:user/',
    'arn:aws:iam::123456789012:group/team',
    'arn:aws:iam::123456789012:user/alice\n',
    'arn:aws:s3:::bucket',
    'arn:aws:sts::123456789012:assumed-role/',
    'arn:aws:sts::123456789012:assumed-role/shoppers#',
    'role/billing#alice',
  ])('refuses %j: no callback is signed with its secret', async (client) => {
    const { state } = await runningStack();

    const { exitCode, out, err } = await ops(['secret', 'show', '--client', client, '--state', state]);

    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toContain(`--client is ${client}, which is no client.`);
  });
});

describe('where no stack is reached', () => {
  it('says what to start or to give', async () => {
    const { state } = await runningStack();
    removeEndpoints(state);

    const { exitCode, err } = await ops(['secret', 'show', '--state', state]);

    expect(exitCode).toBe(1);
    expect(err).toBe(
      `No local stack runs with its state in ${state}. Start it with npm start, name its folder with --state DIR, or name a stack on AWS with --stack NAME.`,
    );
    expect(existsSync(join(state, 'endpoints.json'))).toBe(false);
  });

  it('says that a stack which was killed answers no more', async () => {
    const { state, engine } = await runningStack();
    await engine.stop();

    const { exitCode, err } = await ops(['secret', 'show', '--state', state]);

    expect(exitCode).toBe(1);
    expect(err).toBe(`The local stack in ${state} does not answer any more. Start it again with npm start.`);
  });
});

describe('the command line', () => {
  it('helps', async () => {
    const { exitCode, out } = await ops(['--help']);

    expect(exitCode).toBe(0);
    expect(out).toContain('npm run ops -- secret rotate');
  });

  it.each([
    [[], 'No command was given; there are: dlq list, dlq show, dlq redrive,'],
    [['secret', 'burn'], 'There is no command secret burn; there are: dlq list,'],
    [['secret', 'show', '--overlap', '1h'], 'secret show takes no --overlap, but --client, --json.'],
    [['secret', 'show', '--nonsense'], "Unknown option '--nonsense'."],
    [['secret', 'show', '--stack', 'A', '--state', 'b'], '--stack is on AWS and --state on this machine'],
  ])('does not understand %j', async (args, message) => {
    const { exitCode, out, err } = await ops(args);

    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toContain(message);
  });
});
