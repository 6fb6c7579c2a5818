import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiKeyText, bearerApiKey, newApiKey, secretHash } from '../../../lambda/authorize/api-key.ts';

const ID = '0f1e2d3c4b5a6978';
const SECRET = 'AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA';
const KEY = `cck_${ID}_${SECRET}`;

describe('a key', () => {
  it('is an id of 64 and a secret of 256 random bits', () => {
    const bytes = [
      Buffer.from('0f1e2d3c4b5a6978', 'hex'),
      Buffer.from(Array.from({ length: 32 }, (_, i) => i + 1)),
    ];
    const asked: number[] = [];

    const key = newApiKey((count) => {
      asked.push(count);
      return bytes.shift() ?? Buffer.alloc(0);
    });

    expect(asked).toEqual([8, 32]);
    expect(key).toEqual({ id: ID, secret: SECRET });
    expect(apiKeyText(key)).toBe(KEY);
  });

  it('is another one each time', () => {
    const keys = Array.from({ length: 1_000 }, () => newApiKey(randomBytes));

    expect(new Set(keys.map(({ id }) => id)).size).toBe(1_000);
    expect(new Set(keys.map(({ secret }) => secret)).size).toBe(1_000);
  });

  it.each([`Bearer ${KEY}`, `bearer ${KEY}`, `BEARER   ${KEY} `])('is read from %j', (authorization) => {
    expect(bearerApiKey(authorization)).toEqual({ id: ID, secret: SECRET });
  });

  it.each([
    ['nothing', undefined],
    ['an empty header', ''],
    ['no scheme', KEY],
    ['another scheme', `Basic ${KEY}`],
    ['two keys', `Bearer ${KEY},Bearer ${KEY}`],
    ['two words', `Bearer ${KEY} ${KEY}`],
    ['a line break', `Bearer ${KEY}\n`],
    ['a secret that is too short', `Bearer cck_${ID}_${SECRET.slice(1)}`],
    ['a secret that is too long', `Bearer ${KEY}A`],
    ['an id in upper case', `Bearer cck_${ID.toUpperCase()}_${SECRET}`],
    ['an id of another partition', `Bearer cck_task#0000000000_${SECRET}`],
    ['no prefix', `Bearer ${ID}_${SECRET}`],
    ['a token of another kind', 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln'],
  ])('is not read from %s', (_what, authorization) => {
    expect(bearerApiKey(authorization)).toBeUndefined();
  });

  it('is read as it was written, whatever the random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 40, maxLength: 40 }), (random) => {
        let at = 0;
        const key = newApiKey((count) => {
          at += count;
          return Buffer.from(random.slice(at - count, at));
        });
        expect(bearerApiKey(`Bearer ${apiKeyText(key)}`)).toEqual(key);
      }),
    );
  });
});

describe('what is stored of a secret', () => {
  it('is its SHA-256', () => {
    // printf %s AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA | openssl dgst -sha256 -binary | base64url
    expect(secretHash(SECRET)).toBe('658WgAyQKf_KhWlXY9I8Os5xARz0DpNUrNgQIF4lD4c');
  });
});
