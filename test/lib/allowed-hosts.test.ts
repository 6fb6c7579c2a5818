import { Lazy } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { allowedHosts } from '../../lib/allowed-hosts.ts';

const NO_HOST =
  'allowed is host names, *.suffix for every name below a suffix, and addresses; without scheme, port, path or other wildcards, for example allowedCallbackHosts=hooks.example.com,*.example.org';

describe('the allowed hosts of callbacks', () => {
  it('are told as the functions compare them', () => {
    expect(
      allowedHosts([
        'hooks.example.com',
        'Hooks.Example.ORG.',
        '*.example.net',
        'bücher.example',
        'my_host.example',
        'db.internal',
        '203.0.113.7',
        '2606:4700:0::1',
        '[2606:4700::2]',
      ]),
    ).toEqual([
      'hooks.example.com',
      'hooks.example.org',
      '*.example.net',
      'xn--bcher-kva.example',
      'my_host.example',
      'db.internal',
      '203.0.113.7',
      '2606:4700::1',
      '2606:4700::2',
    ]);
  });

  it.each([
    '',
    '*',
    '*.',
    'https://example.com',
    'example.com/hooks',
    'example.com:8443',
    'alice@example.com',
    'a.*.example.com',
    '*example.com',
    'a..example.com',
    '.example.com',
    'exa mple.com',
    '%65xample.com',
    `${'a'.repeat(64)}.example.com`,
    '*.203.0.113.7',
    '0x7f.1',
    '10.0.0.0/8',
    'https://[::1',
    'fe80::1%eth0',
    '[fe80::1%25eth0]',
    '[]',
  ])('%j is none', (host) => {
    expect(() => allowedHosts([host])).toThrow(
      `allowedCallbackHosts: got ${JSON.stringify(host)}; ${NO_HOST}`,
    );
  });

  it('are not none: a list that lost its last host must not come to mean any', () => {
    expect(() => allowedHosts([])).toThrow(
      'allowedCallbackHosts: got "an empty list"; allowed is at least one host (leave the setting out where any may be called), for example allowedCallbackHosts=hooks.example.com,*.example.org',
    );
  });

  it('are known when the app is synthesized', () => {
    expect(() => allowedHosts([Lazy.string({ produce: () => 'example.com' })])).toThrow(
      'allowedCallbackHosts: got "a token"; allowed is a value that is known when the app is synthesized',
    );
  });

  it('are up to 50, and have room in the environment', () => {
    const named = (count: number, length: number) =>
      Array.from({ length: count }, (_, index) =>
        `${String(index).padStart(length - 4, '0')}.com`.slice(-60),
      );
    expect(allowedHosts(named(50, 29))).toHaveLength(50);
    expect(() => allowedHosts(named(51, 30))).toThrow('got "51 hosts"; allowed is up to 50 hosts');
    expect(() => allowedHosts(named(50, 44))).toThrow(
      'got "2249 characters"; allowed is up to 1500 characters in all; *.suffix says many at once',
    );
  });
});
