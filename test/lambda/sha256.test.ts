import { describe, expect, it } from 'vitest';
import { Sha256 } from '../../lambda/sha256.ts';

const hex = async (hash: Sha256) => Buffer.from(await hash.digest()).toString('hex');
const bytes = (text: string) => new TextEncoder().encode(text);

describe('the hash of AWS signatures', () => {
  it('is SHA-256 without a secret: the example of FIPS 180-4', async () => {
    const hash = new Sha256();
    hash.update(bytes('a'));
    hash.update(bytes('bc'));
    expect(await hex(hash)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  // RFC 4231, test case 2.
  const SECRET = 'Jefe';
  const TEXT = 'what do ya want for nothing?';
  const MAC = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';

  it.each([
    ['text', SECRET],
    ['bytes', bytes(SECRET)],
    ['a part of a buffer', Buffer.from(`x${SECRET}x`).subarray(1, 5)],
    ['an ArrayBuffer', bytes(SECRET).buffer],
  ])('is HMAC-SHA-256 with a secret that is %s', async (_, secret) => {
    // Twice: the second key comes from the first.
    for (const hash of [new Sha256(secret), new Sha256(secret)]) {
      hash.update(bytes(TEXT));
      expect(await hex(hash)).toBe(MAC);
    }
  });

  it('starts again after a reset', async () => {
    const hash = new Sha256(SECRET);
    hash.update(bytes('something else'));
    await hash.digest();
    hash.reset();
    hash.update(bytes(TEXT));
    expect(await hex(hash)).toBe(MAC);
  });
});
