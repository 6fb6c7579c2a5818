import { describe, expect, it } from 'vitest';
import { embeddedIpv4s } from '../../../lambda/callback/embedded-ipv4.ts';

describe('the IPv4 address to which an IPv6 address leads', () => {
  it.each([
    ['::169.254.169.254', 'compatible'],
    ['::ffff:169.254.169.254', 'mapped'],
    ['::ffff:0:169.254.169.254', 'translated'],
    ['64:ff9b::169.254.169.254', 'NAT64'],
    ['64:FF9B:0:0::A9FE:A9FE', 'NAT64, written otherwise'],
    ['2002:a9fe:a9fe::1', '6to4'],
    ['fd00::5efe:169.254.169.254', 'ISATAP'],
    ['fe80::200:5efe:169.254.169.254', 'ISATAP, universal'],
    ['2606:4700::5efe:a9fe:a9fe', 'ISATAP behind a public prefix'],
  ])('%s: %s', (address) => {
    expect(embeddedIpv4s(address)).toContain('169.254.169.254');
  });

  // Those of RFC 6052, 2.4, with a prefix of RFC 8215.
  it.each([
    ['64:ff9b:1:c000:2:2100::', 48],
    ['64:ff9b:1:1c0:0:221::', 56],
    ['64:ff9b:1:122:c0:2:2100::', 64],
    ['64:ff9b:1:122:344::192.0.2.33', 96],
  ])('%s: behind a prefix of %i bits', (address) => {
    expect(embeddedIpv4s(address)).toContain('192.0.2.33');
  });

  it.each(['2606:4700::a9fe:a9fe', 'fd00::a9fe:a9fe', '64:ff9b:2::a9fe:a9fe', '2001:0:a9fe:a9fe::'])(
    'is none for %s',
    (address) => {
      expect(embeddedIpv4s(address)).toEqual([]);
    },
  );

  it.each(['::', '::1', '1::', '1:2:3:4:5:6:7:8', '64:ff9b:1::'])(
    'is read of %s without a fault',
    (address) => {
      for (const ipv4 of embeddedIpv4s(address)) expect(ipv4).toMatch(/^(\d{1,3}\.){3}\d{1,3}$/);
    },
  );
});
