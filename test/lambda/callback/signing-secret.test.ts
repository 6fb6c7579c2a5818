import { describe, expect, it } from 'vitest';
import { clientSecret, liveMasters, parseMasterSecret } from '../../../lambda/callback/signing-secret.ts';

const MASTER = 'correct-horse-battery-staple-0123456789-abcdefghij';
const OLDER_MASTER = 'an-older-master-secret-that-was-rotated-out-9876543210';

describe("a client's signing secret", () => {
  // Computed with Python's hmac by the two steps of RFC 5869.
  it('is HKDF-SHA256 of the master and the client', () => {
    expect(clientSecret(MASTER, 'arn:aws:iam::123456789012:user/alice')).toBe(
      'whsec_HGdAW7x9GFr0V1aeCIn+3KoeHlKBtaAyN/zElJA0Yuk=',
    );
    expect(clientSecret(MASTER, 'arn:aws:iam::123456789012:user/bob')).toBe(
      'whsec_ba/UB9iLg/U81SGcEB8I0S3J9G2jUFj4GOkdNJnVCSk=',
    );
    expect(clientSecret(OLDER_MASTER, 'arn:aws:iam::123456789012:user/alice')).toBe(
      'whsec_XBqT90VX/w3/cSs+kKRxS/eC/9+B3sWGQF7GQFys0iE=',
    );
  });
});

describe('the master secret', () => {
  const rotated = { current: MASTER, previous: OLDER_MASTER, previousUntil: '2025-11-25T16:00:00Z' };
  const END_OF_OVERLAP_MS = 1_764_086_400_000;

  it('is read as the stack generates it', () => {
    expect(parseMasterSecret(`{"current":"${MASTER}"}`)).toEqual({ current: MASTER });
    expect(parseMasterSecret(JSON.stringify(rotated))).toEqual(rotated);
  });

  it('signs with the one before it, too, until the overlap ends', () => {
    expect(liveMasters(rotated, END_OF_OVERLAP_MS - 1)).toEqual([MASTER, OLDER_MASTER]);
    expect(liveMasters(rotated, END_OF_OVERLAP_MS)).toEqual([MASTER]);
  });

  it('drops a previous one whose end is not to be read', () => {
    expect(liveMasters({ ...rotated, previousUntil: 'next week' }, 0)).toEqual([MASTER]);
    expect(parseMasterSecret(`{"current":"${MASTER}","previous":"${OLDER_MASTER}"}`)).toEqual({
      current: MASTER,
    });
  });

  it.each(['', 'hunter2', 'null', '[]', '"text"', '{}', '{"current":7}', '{"current":"hunter2-hunter2"}'])(
    '%j is refused without being repeated',
    (text) => {
      let message = '';
      try {
        parseMasterSecret(text);
      } catch (error) {
        message = String(error);
      }
      expect(message).toContain('the master secret');
      expect(message).not.toContain('hunter2');
    },
  );
});
