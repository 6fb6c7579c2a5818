import { describe, expect, it } from 'vitest';
import { isVerified, signatureChecks } from '../../local/signature-checks.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const FRESH = { name: 'timestamp fresh', ok: true };

describe('checking a Standard Webhooks signature', () => {
  // The vector of the Standard Webhooks specification.
  const body = '{"test": 2432232314}';
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  const sentMs = 1_614_265_330_000;

  it('takes the right one, also beside others', () => {
    const several = `v1,AAAA v1a,zzz ${headers['webhook-signature']}`;

    for (const signature of [headers['webhook-signature'], several]) {
      const checks = signatureChecks({ ...headers, 'webhook-signature': signature }, body, [SECRET], sentMs);
      expect(checks[0]).toEqual({ name: 'standard webhooks', ok: true });
      expect(checks[2]).toEqual(FRESH);
      expect(isVerified(checks)).toBe(true);
    }
  });

  it.each([
    [
      'another body',
      headers,
      '{"test": 2432232315}',
      'made with another secret, or of other bytes than came',
    ],
    [
      'another id',
      { ...headers, 'webhook-id': 'msg_x' },
      body,
      'made with another secret, or of other bytes than came',
    ],
    ['no signature', { ...headers, 'webhook-signature': '' }, body, 'there is no header webhook-signature'],
    ['no headers', {}, body, 'there is no header webhook-id'],
    [
      'a timestamp that is no number',
      { ...headers, 'webhook-timestamp': 'now' },
      body,
      'webhook-timestamp is not in Unix seconds',
    ],
  ])('refuses %s, and tells why', (_what, given, text, why) => {
    const checks = signatureChecks(given, text, [SECRET], sentMs);

    expect(checks[0]).toEqual({ name: 'standard webhooks', ok: false, why });
    expect(isVerified(checks)).toBe(false);
  });

  it.each([
    ['six minutes ago', sentMs + 360_000],
    ['six minutes ahead', sentMs - 360_000],
  ])('does not take a right one of %s', (_when, nowMs) => {
    const checks = signatureChecks(headers, body, [SECRET], nowMs);

    expect(checks[0]?.ok).toBe(true);
    expect(checks[2]).toEqual({
      name: 'timestamp fresh',
      ok: false,
      why: 'webhook-timestamp is 360 s from this clock, more than 300 s: sent again by someone, or clocks differ',
    });
    expect(isVerified(checks)).toBe(false);
  });

  it('takes nothing when there is no secret', () => {
    const checks = signatureChecks(headers, body, [], sentMs);

    expect(checks[0]?.why).toBe('no secret to check it with: webhook-id names no task of this stack');
    expect(isVerified(checks)).toBe(false);
  });
});

describe("checking Beam's signature", () => {
  const secret = 'sk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
  const body = '{"data": {"result": 10}}';
  const headers = {
    'x-task-timestamp': '1718319645',
    'x-task-signature': 'f631567d330ca8d3f249c3a73e8bad5cecb2428400e413a14dee01cb96c46f50',
  };
  const check = (given: Record<string, string>, text = body) =>
    signatureChecks(given, text, [secret], 1_718_319_645_000)[1];

  it('takes the right one', () => {
    expect(check(headers)).toEqual({ name: 'beam x-task-signature', ok: true });
  });

  it('refuses the one of another body, or of no time', () => {
    expect(check(headers, '{}')?.why).toBe('made with another secret, or of other bytes than came');
    expect(check({ ...headers, 'x-task-timestamp': '' })?.why).toBe(
      'x-task-timestamp is not in Unix seconds',
    );
  });
});
