import { describe, expect, it } from 'vitest';
import { parseIdempotencyKey, requestHash, taskIdOf } from '../../../lambda/submit/idempotency.ts';

const ALICE = 'arn:aws:iam::123456789012:user/alice';

describe("the id of a client's key", () => {
  // Computed with Python: SHA-256 of "36:<client>order-42", version 8 and variant 10 put in.
  it('is a UUIDv8, the same for ever', () => {
    expect(taskIdOf(ALICE, 'order-42')).toBe('f4c24336-c8f6-89b6-a91e-c00e6e817ccd');
  });

  it('is that of no other client and no other key', () => {
    const ids = [
      taskIdOf(ALICE, 'order-42'),
      taskIdOf(ALICE, 'order-43'),
      taskIdOf(`${ALICE}o`, 'rder-42'),
      taskIdOf('arn:aws:iam::123456789012:user/bob', 'order-42'),
    ];

    expect(new Set(ids).size).toBe(4);
  });
});

describe('the fingerprint of a request', () => {
  const request = {
    taskName: 'sleep',
    callbackUrl: 'https://example.com/hook',
    callbackFormat: 'task',
    input: { b: 2, a: [1, { y: 2, x: 1 }] },
  };

  // A retry may reach a newer version of the function than its first try did.
  it('is the same for ever', () => {
    expect(requestHash(request)).toBe('Ixr4_OAFebmaL7hs53Q52kM_WkgtjxjRMl9qNKNdC8U');
  });

  it('does not depend on the order of fields, at any depth', () => {
    const turned = {
      input: { a: [1, { x: 1, y: 2 }], b: 2 },
      callbackFormat: 'task',
      callbackUrl: 'https://example.com/hook',
      taskName: 'sleep',
    };

    expect(requestHash(turned)).toBe(requestHash(request));
  });

  it.each([
    { ...request, taskName: 'fail' },
    { ...request, callbackUrl: undefined },
    { ...request, input: { b: 2, a: [{ y: 2, x: 1 }, 1] } },
    { ...request, input: { b: '2', a: [1, { y: 2, x: 1 }] } },
    { ...request, input: { b: 2, a: [1, { y: 2, x: 1 }], c: null } },
    { ...request, input: null },
    { ...request, input: undefined },
  ])('tells %j apart', (other) => {
    expect(requestHash(other)).not.toBe(requestHash(request));
  });
});

describe('the header Idempotency-Key', () => {
  it('may be missing, or any printable text of up to 255 characters', () => {
    expect(parseIdempotencyKey(undefined)).toBeUndefined();
    expect(parseIdempotencyKey('order 42/~')).toBe('order 42/~');
    expect(parseIdempotencyKey('x'.repeat(255))).toBe('x'.repeat(255));
  });

  it.each(['', '   ', 'x'.repeat(256), 'größe', 'a\nb', 'a\tb', '\u0000'])('is refused as %j', (key) => {
    expect(() => parseIdempotencyKey(key)).toThrow(
      expect.objectContaining({
        fields: expect.objectContaining({
          status: 400,
          issues: [
            {
              path: 'Idempotency-Key',
              message: `must be 1 to 255 printable ASCII characters; ${key.length} were given`,
            },
          ],
        }),
      }),
    );
  });
});
