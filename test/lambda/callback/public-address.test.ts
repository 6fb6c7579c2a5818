import { describe, expect, it } from 'vitest';
import { isInCidrs, isPublicAddress, mayBeCalled } from '../../../lambda/callback/public-address.ts';

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

describe('an address', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.0',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00::1',
  ])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.170',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.7',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::8.8.8.8',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:2::1',
    '2001:db8::1',
    '2002:808:808::1',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '',
    'localhost',
  ])('%j is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it('may be called where its network is allowed', () => {
    expect([mayBeCalled('127.0.0.1', LOOPBACK), mayBeCalled('127.0.0.1', [])]).toEqual([true, false]);
  });

  it.each(['169.254.169.254', '169.254.170.2', 'fd00:ec2::254', '100.100.100.200'])(
    '%s answers with credentials, and is never called',
    (address) => {
      expect(mayBeCalled(address, ['169.254.0.0/16', 'fd00::/8', '100.64.0.0/10'])).toBe(false);
    },
  );
});

describe('an address that leads to credentials by another network', () => {
  const WIDE = ['::/1', '8000::/1', '100.64.0.0/10'];

  it.each([
    '64:ff9b::169.254.169.254',
    '64:ff9b:1:a9fe:a9:fe00::',
    '64:ff9b:1:a9:fe:a9fe::',
    '64:ff9b:1:0:a9:fea9:fe00::',
    '64:ff9b:1:122:344::169.254.169.254',
    '64:ff9b:1::100.100.100.200',
    'fd00::5efe:169.254.169.254',
    'fe80::200:5efe:169.254.169.254',
    '2002:a9fe:a9fe::1',
    '::169.254.169.254',
    '::ffff:169.254.169.254',
    '::ffff:0:169.254.169.254',
  ])('%s is never called, however wide the allowed networks are', (address) => {
    expect(mayBeCalled(address, WIDE)).toBe(false);
  });

  it.each(['64:ff9b::10.0.0.1', '64:ff9b:1:a00:0:100::', 'fd00::5efe:10.0.0.1', 'fd00::a9fe:a9fe'])(
    '%s leads to none, and may be called where its network is allowed',
    (address) => {
      expect(mayBeCalled(address, WIDE)).toBe(true);
    },
  );
});

describe('an address in networks', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.255.255.255', true],
    ['128.0.0.1', false],
    ['::1', true],
    ['::2', false],
    ['::ffff:127.0.0.1', true],
    ['localhost', false],
    ['', false],
  ])('%s: %s', (address, inside) => {
    expect(isInCidrs(address, LOOPBACK)).toBe(inside);
  });
});
