import { afterEach, describe, expect, it } from 'vitest';
import { clientSecretsFrom } from '../../../lambda/callback/client-secrets.ts';
import { answer, type ScriptedServer, silence, startScriptedServer } from '../../support/scripted-server.ts';

const ALICE = 'arn:aws:iam::123456789012:user/alice';
const MASTER = 'correct-horse-battery-staple-0123456789-abcdefghij';
const OLDER_MASTER = 'an-older-master-secret-that-was-rotated-out-9876543210';

const ALICES = 'whsec_HGdAW7x9GFr0V1aeCIn+3KoeHlKBtaAyN/zElJA0Yuk=';
const ALICES_OLDER = 'whsec_XBqT90VX/w3/cSs+kKRxS/eC/9+B3sWGQF7GQFys0iE=';

let secretsManager: ScriptedServer | undefined;
afterEach(() => secretsManager?.close());

const holding = (secret: object) =>
  answer(
    200,
    { 'content-type': 'application/x-amz-json-1.1' },
    JSON.stringify({ SecretString: JSON.stringify(secret) }),
  );

/** A client's secrets from a Secrets Manager that gives these answers, and a clock that can be set. */
async function secretsFrom(...answers: Parameters<typeof startScriptedServer>) {
  secretsManager = await startScriptedServer(...answers);
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${secretsManager.port}`,
  });
  const clock = { nowMs: 1_764_000_000_000 };
  return { secrets: clientSecretsFrom('the-arn', () => clock.nowMs), clock, calls: secretsManager.requests };
}

describe("a client's secrets", () => {
  it('are derived from a master that is read once in five minutes, however many ask', async () => {
    const rotated = { current: MASTER, previous: OLDER_MASTER, previousUntil: '2025-11-25T16:00:00Z' };
    const { secrets, clock, calls } = await secretsFrom(holding({ current: OLDER_MASTER }), holding(rotated));

    const first = await Promise.all(Array.from({ length: 10 }, () => secrets(ALICE)));
    clock.nowMs += 299_999;
    const cached = await secrets(ALICE);
    clock.nowMs += 1;
    const afterRotation = await secrets(ALICE);

    expect(first).toEqual(Array(10).fill([ALICES_OLDER]));
    expect(cached).toEqual([ALICES_OLDER]);
    expect(afterRotation).toEqual([ALICES, ALICES_OLDER]);
    expect(calls.map(({ body }) => body)).toEqual(['{"SecretId":"the-arn"}', '{"SecretId":"the-arn"}']);
  });

  it('are asked for again after 1.5 s of silence', async () => {
    const { secrets, calls } = await secretsFrom(silence, holding({ current: MASTER }));

    expect(await secrets(ALICE)).toEqual([ALICES]);
    expect(calls).toHaveLength(2);
  });

  it('are asked for again after a read that failed', async () => {
    const { secrets } = await secretsFrom(holding({ current: 'short' }), holding({ current: MASTER }));

    await expect(secrets(ALICE)).rejects.toThrow('the master secret needs a "current"');
    expect(await secrets(ALICE)).toEqual([ALICES]);
  });
});

const MINUTE_MS = 60_000;

/** What AWS says by this error; a client error is not asked for again within a read. */
const refusing = (code: string) =>
  answer(400, { 'content-type': 'application/x-amz-json-1.1' }, JSON.stringify({ __type: code }));

/** Any other answer that is no good: Secrets Manager gives what somebody has broken by hand. */
const broken = holding({ current: 'short' });

describe('a master that cannot be read again', () => {
  it('signs on for an hour after it was read, and not a moment longer', async () => {
    const { secrets, clock } = await secretsFrom(holding({ current: MASTER }), broken);

    expect(await secrets(ALICE)).toEqual([ALICES]);
    for (let minutes = 5; minutes < 60; minutes += 5) {
      clock.nowMs += 5 * MINUTE_MS;
      expect(await secrets(ALICE)).toEqual([ALICES]);
    }
    clock.nowMs += 5 * MINUTE_MS - 1;
    expect(await secrets(ALICE)).toEqual([ALICES]);
    clock.nowMs += 1;
    await expect(secrets(ALICE)).rejects.toThrow('the master secret needs a "current"');
    await expect(secrets(ALICE)).rejects.toThrow('the master secret needs a "current"');
  });

  it('is not kept beyond its hour by a read that failed just before', async () => {
    const { secrets, clock } = await secretsFrom(holding({ current: MASTER }), broken);

    await secrets(ALICE);
    clock.nowMs += 58 * MINUTE_MS;
    expect(await secrets(ALICE)).toEqual([ALICES]);
    clock.nowMs += 2 * MINUTE_MS;
    await expect(secrets(ALICE)).rejects.toThrow('the master secret needs a "current"');
  });

  it('has its hour anew from each time that it was read', async () => {
    const { secrets, clock } = await secretsFrom(
      holding({ current: OLDER_MASTER }),
      broken,
      holding({ current: MASTER }),
      broken,
    );

    expect(await secrets(ALICE)).toEqual([ALICES_OLDER]);
    clock.nowMs += 50 * MINUTE_MS;
    expect(await secrets(ALICE)).toEqual([ALICES_OLDER]);
    clock.nowMs += 5 * MINUTE_MS;
    expect(await secrets(ALICE)).toEqual([ALICES]);
    clock.nowMs += 59 * MINUTE_MS;
    expect(await secrets(ALICE)).toEqual([ALICES]);
  });

  it.each([
    'AccessDeniedException',
    'ResourceNotFoundException',
    'InvalidRequestException',
    'DecryptionFailure',
  ])('signs nothing more once the answer is %s, which is a decision', async (code) => {
    const { secrets, clock } = await secretsFrom(holding({ current: MASTER }), refusing(code), broken);

    expect(await secrets(ALICE)).toEqual([ALICES]);
    clock.nowMs += 5 * MINUTE_MS;
    await expect(secrets(ALICE)).rejects.toMatchObject({ name: code });
    // Nor does it come back to life when the next read fails in another way.
    await expect(secrets(ALICE)).rejects.toThrow('the master secret needs a "current"');
  });

  it('signs on while Secrets Manager only fails', async () => {
    const { secrets, clock } = await secretsFrom(holding({ current: MASTER }), answer(500));

    expect(await secrets(ALICE)).toEqual([ALICES]);
    clock.nowMs += 5 * MINUTE_MS;
    expect(await secrets(ALICE)).toEqual([ALICES]);
  });
});
