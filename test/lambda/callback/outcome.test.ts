import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  outcomeOfError,
  outcomeOfStatus,
  parseRetryAfter,
  RefusedUrlError,
} from '../../../lambda/callback/outcome.ts';

/** Sun, 06 Nov 1994 08:49:37 GMT, which RFC 9110 takes for its examples, is five minutes later. */
const NOW_MS = 784_111_477_000;

describe('what a status line means', () => {
  it.each([200, 201, 202, 204, 206, 299])('%i is delivered', (statusCode) => {
    expect(outcomeOfStatus(statusCode, undefined, NOW_MS)).toEqual({ kind: 'delivered', statusCode });
  });

  it('410 says that nobody listens any more', () => {
    expect(outcomeOfStatus(410, '120', NOW_MS)).toEqual({
      kind: 'give-up',
      reason: 'gone',
      statusCode: 410,
    });
  });

  it.each([
    101, 301, 302, 307, 308, 400, 401, 403, 404, 405, 408, 409, 413, 422, 425, 429, 451, 500, 502, 503, 504,
  ])('%i is tried again', (statusCode) => {
    expect(outcomeOfStatus(statusCode, undefined, NOW_MS)).toEqual({ kind: 'retry', statusCode });
  });

  it('carries along how long the receiver wants to be left alone', () => {
    expect(outcomeOfStatus(503, '120', NOW_MS)).toEqual({
      kind: 'retry',
      statusCode: 503,
      retryAfterMs: 120_000,
    });
    expect(outcomeOfStatus(503, 'soon', NOW_MS)).toEqual({ kind: 'retry', statusCode: 503 });
  });

  it('is an outcome for every status and every header', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999 }),
        fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
        (statusCode, retryAfter) => {
          const { kind } = outcomeOfStatus(statusCode, retryAfter, NOW_MS);
          if (statusCode >= 200 && statusCode < 300) return kind === 'delivered';
          return kind === (statusCode === 410 ? 'give-up' : 'retry');
        },
      ),
    );
  });
});

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['7', 7_000],
    [' 120 ', 120_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 300_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 300_000],
    ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
  ])('%j is %i ms', (value, ms) => {
    expect(parseRetryAfter(value, NOW_MS)).toBe(ms);
  });

  it.each([
    '',
    ' ',
    'soon',
    '-5',
    '+5',
    '1.5',
    '5s',
    '0x10',
    '1e3',
    '99999999999',
    'Infinity',
    '120, 240',
    '1994-11-06T08:49:37Z',
    'Sun, 99 Nov 1994 08:49:37 GMT',
    'Sunny with clouds',
  ])('%j says nothing', (value) => {
    expect(parseRetryAfter(value, NOW_MS)).toBeUndefined();
  });

  it('is a wait that is not negative, or nothing, whatever a receiver writes', () => {
    const almostADate = fc
      .tuple(fc.constantFrom('Mon', 'Sunday', 'Fri'), fc.constantFrom(', ', ' ', ','), fc.string())
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), almostADate), (value) => {
        const ms = parseRetryAfter(value, NOW_MS);
        return ms === undefined || (Number.isFinite(ms) && ms >= 0);
      }),
    );
  });
});

describe('what the connection threw', () => {
  it.each([
    ['ABORT_ERR', 'timeout'],
    ['ETIMEDOUT', 'timeout'],
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['ECONNREFUSED', 'connection-refused'],
    ['ECONNRESET', 'connection-reset'],
    ['EPIPE', 'connection-reset'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['EPROTO', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['HPE_INVALID_CONSTANT', 'protocol'],
    ['HPE_HEADER_OVERFLOW', 'protocol'],
  ])('%s is tried again, as %s', (code, errorClass) => {
    const error = Object.assign(new Error('something on the wire'), { code });
    expect(outcomeOfError(error)).toEqual({ kind: 'retry', errorClass });
  });

  it.each([undefined, null, 'a string', 42, new Error('without a code'), { code: 7 }])(
    '%s is tried again, as a fault of the protocol',
    (thrown) => {
      expect(outcomeOfError(thrown)).toEqual({ kind: 'retry', errorClass: 'protocol' });
    },
  );

  it('a refused address ends the callback', () => {
    expect(outcomeOfError(new RefusedUrlError('10.0.0.1 is private'))).toEqual({
      kind: 'give-up',
      reason: 'url-refused',
    });
  });
});
