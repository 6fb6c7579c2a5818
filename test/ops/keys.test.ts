import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bearerApiKey, secretHash } from '../../lambda/authorize/api-key.ts';
import { authorize } from '../../lambda/authorize/authorize.ts';
import { apiKeysIn } from '../../lambda/ledger/api-keys.ts';
import { writeEndpoints } from '../../local/endpoints-file.ts';
import { ops, opsJson, opsReport } from '../support/ops.ts';
import { type OperatedStack, startOperatedStack } from './operated-stack.ts';

let stack: OperatedStack;
beforeEach(async () => {
  vi.useFakeTimers({ now: new Date('2026-11-21T07:00:00.000Z'), toFake: ['Date'] });
  stack = await startOperatedStack();
  runWith('api-key');
});
afterEach(async () => {
  vi.useRealTimers();
  await stack.stop();
});

/** Has the stack's file say that it runs so. */
function runWith(auth: string): void {
  const pipelines = [{ ...stack.pipeline, settings: { auth } }];
  writeEndpoints(stack.state, { ...stack.endpoints, pipelines });
}

const keys = (...args: string[]) => ops(['keys', ...args, '--state', stack.state]);
const keysJson = (...args: string[]) => opsJson('keys', ...args, '--state', stack.state);
const listed = async (...args: string[]) =>
  (await opsReport<{ keys: Record<string, string>[] }>('keys', 'list', ...args, '--state', stack.state)).keys;

/** What the authorizer says of a key at that moment. */
const verdict = (key: string | undefined, nowMs = Date.now()) =>
  authorize(`Bearer ${key}`, apiKeysIn(stack.engines.dynamodb.client, stack.ledger.table), nowMs);

describe('keys create', () => {
  it('shows a key that works, this once, and stores no more than its hash', async () => {
    const { exitCode, out, err } = await keys('create', '--client', 'billing');

    expect([exitCode, err]).toEqual([0, '']);
    const [, key = ''] = /^key +(cck_[0-9a-f]{16}_[\w-]{43})$/m.exec(out) ?? [];
    expect(out).toBe(
      [
        `key      ${key}`,
        'client   billing',
        'expires  never',
        '',
        'Keep it now: it is not stored and cannot be shown again. Requests carry it as Authorization: Bearer KEY',
      ].join('\n'),
    );
    expect(await verdict(key)).toEqual({ allowed: true, client: 'billing' });

    const { id = '', secret = '' } = bearerApiKey(`Bearer ${key}`) ?? {};
    const items = await stack.ledger.items();
    expect(items).toEqual([
      {
        pk: 'api-keys',
        sk: id,
        key_id: id,
        client: 'billing',
        secret_sha256: secretHash(secret),
        created_at_ms: 1_795_244_400_000,
      },
    ]);
    expect(JSON.stringify(items)).not.toContain(secret);
  });

  it('makes one that expires', async () => {
    const created = await keysJson('create', '--client', 'billing', '--expires', '90d');

    expect(created).toEqual({
      key: expect.stringMatching(/^cck_/),
      key_id: expect.stringMatching(/^[0-9a-f]{16}$/),
      client: 'billing',
      created_at: '2026-11-21T07:00:00.000Z',
      expires_at: '2027-02-19T07:00:00.000Z',
    });
    const expiresMs = Date.parse('2027-02-19T07:00:00.000Z');
    expect(await verdict(created.key, expiresMs - 1)).toMatchObject({ allowed: true });
    expect(await verdict(created.key, expiresMs)).toMatchObject({ allowed: false, because: 'expired' });
  });

  it('says where a key opens nothing yet', async () => {
    runWith('iam');

    const { exitCode, err } = await keys('create', '--client', 'billing');

    expect(exitCode).toBe(0);
    expect(err).toBe(
      `Note: the local stack in ${stack.state} runs with auth=iam; the key opens nothing until it runs with auth=api-key.`,
    );
  });

  it.each([
    [[], 'Whose key? Give --client with a name. Example: --client billing'],
    [['--client', ''], '--client is ""; a client\'s name is 1 to 64 letters'],
    [['--client', 'a b'], '--client is "a b"; a client\'s name is 1 to 64 letters'],
    [['--client', 'x'.repeat(65)], "a client's name is 1 to 64 letters"],
    [['--client', 'api-key:x'], '--client is "api-key:x"'],
    [['--client', 'billing', '--expires', 'soon'], '--expires is soon; it must be how long from now'],
    [['--client', 'billing', '--expires', '0s'], '--expires is 0s; it must be'],
    [['--client', 'billing', '--expires', '3651d'], 'at most 3650d. Example: --expires 90d'],
  ])('refuses %j', async (args, message) => {
    const { exitCode, err } = await keys('create', ...args);

    expect(exitCode).toBe(2);
    expect(err).toContain(message);
    expect(await stack.ledger.items()).toEqual([]);
  });

  it.each(['a', 'Billing-2.eu_west', 'x'.repeat(64)])('takes the client %j', async (client) => {
    expect(await keysJson('create', '--client', client)).toMatchObject({ client });
  });
});

describe('keys list', () => {
  it('shows every key, oldest first, and no secret', async () => {
    const first = await keysJson('create', '--client', 'billing', '--expires', '90d');
    vi.setSystemTime(new Date('2026-11-21T08:30:00.000Z'));
    const second = await keysJson('create', '--client', 'shop');
    await keys('revoke', second.key_id ?? '', '--yes');

    const { out } = await keys('list');
    expect(out).toBe(
      [
        'KEY ID            CLIENT   CREATED           EXPIRES           REVOKED',
        `${first.key_id}  billing  2026-11-21 07:00  2027-02-19 07:00  -`,
        `${second.key_id}  shop     2026-11-21 08:30  never             2026-11-21 08:30`,
        '',
        `2 keys in the local stack in ${stack.state}.`,
      ].join('\n'),
    );
    expect(await listed('--client', 'shop')).toEqual([
      {
        key_id: second.key_id,
        client: 'shop',
        created_at: '2026-11-21T08:30:00.000Z',
        revoked_at: '2026-11-21T08:30:00.000Z',
      },
    ]);
    const all = `${out}${JSON.stringify(await listed())}`;
    for (const { key } of [first, second]) {
      const { secret = '' } = bearerApiKey(`Bearer ${key}`) ?? {};
      expect(all).not.toContain(secret);
      expect(all).not.toContain(secretHash(secret));
    }
  });

  it('says that there are none', async () => {
    expect((await keys('list', '--client', 'shop')).out).toBe(
      `0 keys of shop in the local stack in ${stack.state}.`,
    );
  });
});

describe('keys revoke', () => {
  it('asks, and then has the key refused for good', async () => {
    const { key, key_id = '' } = await keysJson('create', '--client', 'billing');

    const consequence = `The key ${key_id} of the client billing is refused from then on, within 60 s, and cannot be made valid again.`;
    expect(await keys('revoke', key_id)).toMatchObject({
      exitCode: 1,
      err: `${consequence} Nobody is here to confirm it, so nothing was changed. Give --yes to go on.`,
    });
    const no = await ops(['keys', 'revoke', key_id, '--state', stack.state], false);
    expect(no).toMatchObject({ exitCode: 1, err: 'Nothing was changed.' });
    expect(no.asked).toEqual([`${consequence} Revoke?`]);
    expect(await verdict(key)).toMatchObject({ allowed: true });

    const yes = await ops(['keys', 'revoke', key_id, '--state', stack.state], true);
    expect(yes.out).toBe(
      `Revoked the key ${key_id} of the client billing. What API Gateway remembers of it ends within 60 s.`,
    );
    expect(await verdict(key)).toMatchObject({ allowed: false, because: 'revoked' });
  });

  it('leaves the client its other keys, and when the key was revoked first', async () => {
    const one = await keysJson('create', '--client', 'billing');
    const other = await keysJson('create', '--client', 'billing');
    await keys('revoke', one.key_id ?? '', '--yes');
    vi.setSystemTime(new Date('2026-11-22T07:00:00.000Z'));

    const again = await keys('revoke', one.key_id ?? '');

    expect(again).toMatchObject({ exitCode: 0 });
    expect(again.out).toBe(
      `The key ${one.key_id} of the client billing was revoked at 2026-11-21T07:00:00.000Z.`,
    );
    expect(await verdict(other.key)).toEqual({ allowed: true, client: 'billing' });
  });

  it('takes the whole key, which is what one has of a key that has got out', async () => {
    const { key = '', key_id } = await keysJson('create', '--client', 'billing');

    expect(await keysJson('revoke', key, '--yes')).toMatchObject({
      key_id,
      revoked_at: '2026-11-21T07:00:00.000Z',
    });
  });

  it('says what a key id is without repeating what it was given', async () => {
    const { exitCode, err } = await keys('revoke', 'cck_0f1e2d3c4b5a6978_almost-a-secret', '--yes');

    expect(exitCode).toBe(2);
    expect(err).toContain("That is no key's id; one is 16 hex digits");
    expect(err).not.toContain('almost');
  });

  it('says that there is no such key, and where those are listed that there are', async () => {
    expect(await keys('revoke', '0f1e2d3c4b5a6978', '--yes')).toMatchObject({
      exitCode: 1,
      err: `There is no key 0f1e2d3c4b5a6978 in the local stack in ${stack.state}. npm run ops -- keys list shows those that there are.`,
    });
    expect(await keys('revoke')).toMatchObject({ exitCode: 2 });
  });
});
