import { describe, expect, it } from 'vitest';
import { beamSignature, standardWebhooksSignature } from '../../../lambda/callback/signature.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

describe('the Standard Webhooks signature', () => {
  it("is the one of the specification's own example", () => {
    const signature = standardWebhooksSignature(
      SECRET,
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330,
      '{"test": 2432232314}',
    );

    expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('is over the UTF-8 bytes of the body, also the second time', () => {
    const sign = () =>
      standardWebhooksSignature(
        SECRET,
        '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10',
        1_764_000_005,
        '{"text":"Grüße, 世界"}',
      );

    expect(sign()).toBe('v1,wctvzOfOl/ePCPl4UFTLiKZjPKOi+caPdXg8KhcKeGA=');
    expect(sign()).toBe('v1,wctvzOfOl/ePCPl4UFTLiKZjPKOi+caPdXg8KhcKeGA=');
  });

  it('is not made with what is no signing secret', () => {
    expect(() => standardWebhooksSignature('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'id', 0, '')).toThrow(
      'a signing secret must begin with whsec_',
    );
  });
});

describe("Beam's signature", () => {
  it('is the one that is known of its own example', () => {
    const signature = beamSignature(
      'sk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
      1_718_319_645,
      '{"data": {"result": 10}}',
    );

    expect(signature).toBe('f631567d330ca8d3f249c3a73e8bad5cecb2428400e413a14dee01cb96c46f50');
  });

  it("is over the UTF-8 bytes of the body, keyed with the secret's text and its prefix", () => {
    const sign = () => beamSignature(SECRET, 1_764_000_005, '{"text":"Grüße, 世界"}');

    expect(sign()).toBe('acfe5cf13d6fa4298825c87a1226fecf17fad52a369b1e32b7ac5d87d5dad834');
    expect(sign()).toBe('acfe5cf13d6fa4298825c87a1226fecf17fad52a369b1e32b7ac5d87d5dad834');
  });
});
