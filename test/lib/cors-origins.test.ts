import { describe, expect, it } from 'vitest';
import { corsOrigins } from '../../lib/cors-origins.ts';
import { SettingError } from '../../lib/setting-error.ts';
import { synthesize } from '../support/synthesize.ts';
import { resources } from '../support/template-resources.ts';

const ALLOWED =
  '1 to 20 origins such as https://app.example.com, without a path (http for localhost only), or * alone';

const refusal = (given: string) =>
  new SettingError(
    `corsOrigins: got ${JSON.stringify(given)}; allowed is ${ALLOWED}, for example corsOrigins=https://app.example.com`,
  );

describe('the origins whose pages may call the API', () => {
  it.each([
    [['https://app.example.com']],
    [['https://app.example.com:8443', 'http://localhost:3000', 'http://localhost']],
    [['https://xn--grsse-jua.example', 'https://[2001:db8::1]']],
    [['*']],
  ])('may be %j', (origins) => {
    expect(corsOrigins(origins)).toEqual(origins);
  });

  it('are none by default', () => {
    expect(corsOrigins(undefined)).toBeUndefined();
  });

  it.each([
    ['a path', 'https://app.example.com/'],
    ['a longer path', 'https://app.example.com/shop'],
    ['a query', 'https://app.example.com?x=1'],
    ['upper case', 'https://App.example.com'],
    ['the port that https has anyway', 'https://app.example.com:443'],
    ['http for another host', 'http://app.example.com'],
    ['http for an address of this machine', 'http://127.0.0.1:3000'],
    ['a user', 'https://user@app.example.com'],
    ['no scheme', 'app.example.com'],
    ['another scheme', 'file:///shop'],
    ['the origin of a page without one', 'null'],
    ['nothing', ''],
    ['a space', ' https://app.example.com'],
    // API Gateway compares whole origins: it would match no page.
    ['a pattern of hosts', 'https://*.example.com'],
    ['any host', 'https://*'],
  ])('may not have %s', (_what, origin) => {
    expect(() => corsOrigins(['https://shop.example.com', origin])).toThrow(refusal(origin));
  });

  it('may not be * beside others, too many, or an empty list', () => {
    const many = Array.from({ length: 21 }, (_, index) => `https://app${index}.example.com`);

    expect(() => corsOrigins(['*', 'https://app.example.com'])).toThrow(refusal('*,https://app.example.com'));
    expect(() => corsOrigins([])).toThrow(refusal('0 origins'));
    expect(() => corsOrigins(many)).toThrow(refusal('21 origins'));
    expect(corsOrigins(many.slice(1))).toHaveLength(20);
  });
});

describe('the API in the template', () => {
  const cors = (settings: Readonly<Record<string, string>>) =>
    resources('AWS::ApiGatewayV2::Api', synthesize(settings)).map(
      ({ Properties }) => Properties.CorsConfiguration,
    );

  it('lets the pages of these origins send and read what the API has', () => {
    expect(cors({ corsOrigins: 'https://app.example.com,http://localhost:3000' })).toEqual([
      {
        AllowOrigins: ['https://app.example.com', 'http://localhost:3000'],
        AllowMethods: ['GET', 'POST', 'DELETE'],
        AllowHeaders: [
          'authorization',
          'content-type',
          'idempotency-key',
          'x-amz-content-sha256',
          'x-amz-date',
          'x-amz-security-token',
        ],
        ExposeHeaders: ['location', 'retry-after'],
        MaxAge: 3600,
      },
    ]);
  });

  it('lets no page of another origin do so by default', () => {
    expect(cors({})).toEqual([undefined]);
  });
});
