import { timingSafeEqual } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { secretHash } from '../../../lambda/authorize/api-key.ts';
import { authorize } from '../../../lambda/authorize/authorize.ts';
import type { ApiKeyRecord } from '../../../lambda/ledger/api-keys.ts';

vi.mock(import('node:crypto'), async (actual) => {
  const real = await actual();
  return { ...real, timingSafeEqual: vi.fn(real.timingSafeEqual) };
});

const ID = '0f1e2d3c4b5a6978';
const SECRET = 'AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA';
const OTHER_SECRET = 'IB8eHRwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgE';

const RECORD: ApiKeyRecord = {
  key_id: ID,
  client: 'alice',
  secret_sha256: secretHash(SECRET),
  created_at_ms: 1_764_000_000_000,
};

const ask = (secret: string, record: ApiKeyRecord | undefined) =>
  authorize(`Bearer cck_${ID}_${secret}`, async () => record, 1_764_000_000_000);

const compared = vi.mocked(timingSafeEqual);
const texts = () => compared.mock.calls.map((pair) => pair.map(String));

beforeEach(() => {
  compared.mockClear();
});

describe('the time that a refusal takes tells nothing, for hashes are compared in constant time', () => {
  it('where the secret is right', async () => {
    expect(await ask(SECRET, RECORD)).toEqual({ allowed: true, client: 'alice' });
    expect(texts()).toEqual([[secretHash(SECRET), secretHash(SECRET)]]);
  });

  it('where it is wrong', async () => {
    expect(await ask(OTHER_SECRET, RECORD)).toMatchObject({ allowed: false, because: 'wrong-secret' });
    expect(texts()).toEqual([[secretHash(OTHER_SECRET), secretHash(SECRET)]]);
  });

  it('where there is no such key: with the hash of nothing', async () => {
    expect(await ask(SECRET, undefined)).toEqual({ allowed: false, because: 'unknown', keyId: ID });
    expect(texts()).toEqual([[secretHash(SECRET), secretHash('')]]);
  });

  it.each([
    ['revoked', { revoked_at_ms: 1 }],
    ['expired', { expires_at_ms: 1 }],
  ])('where it is %s', async (because, differences) => {
    expect(await ask(SECRET, { ...RECORD, ...differences })).toMatchObject({ allowed: false, because });
    expect(compared).toHaveBeenCalledOnce();
  });
});
