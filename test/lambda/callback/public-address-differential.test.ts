import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../../lambda/callback/public-address.ts';

/** Where we are stricter than ipaddr.js, and why. Nothing else may differ. */
const STRICTER: readonly { readonly range: string; readonly why: string }[] = [
  { range: '168.63.129.16/32', why: 'Azure answers its machines there' },
  { range: '::/3', why: 'not handed out as global unicast (RFC 4291, 2.4)' },
  { range: '4000::/2', why: 'not handed out' },
  { range: '8000::/1', why: 'not handed out' },
];

/** Both ends of every range that either of the two knows, as numbers. */
const BORDERS_IPV4 = [
  ...['0.0.0.0', '10.0.0.0', '11.0.0.0', '100.64.0.0', '100.128.0.0', '127.0.0.0', '128.0.0.0'],
  ...['168.63.129.16', '169.254.0.0', '169.255.0.0', '172.16.0.0', '172.32.0.0', '192.0.0.0', '192.0.1.0'],
  ...['192.0.2.0', '192.0.3.0', '192.31.196.0', '192.52.193.0', '192.88.99.0', '192.168.0.0', '192.169.0.0'],
  ...['192.175.48.0', '198.18.0.0', '198.20.0.0', '198.51.100.0', '203.0.113.0', '224.0.0.0', '240.0.0.0'],
  ...['255.255.255.255', '1.0.0.0', '192.31.197.0', '192.52.194.0', '192.88.100.0', '192.175.49.0'],
  ...['198.51.101.0', '203.0.114.0'],
].map((text) => ipaddr.IPv4.parse(text).octets.reduce((sum, octet) => sum * 256 + octet, 0));

const BORDERS_IPV6 = [
  ...[
    '::',
    '::1',
    '::ffff:0:0',
    '::1:0:0:0',
    '64:ff9b::',
    '64:ff9b:1::',
    '64:ff9b:2::',
    '100::',
    '100:0:0:1::',
  ],
  ...['2000::', '2001::', '2001:1::', '2001:2::', '2001:3::', '2001:4:112::', '2001:10::', '2001:20::'],
  ...['2001:30::', '2001:200::', '2001:db8::', '2001:db9::', '2002::', '2003::', '2620:4f:8000::'],
  ...['2620:4f:8001::', '3fff::', '3fff:1000::', '4000::', '5f00::', '5f01::', 'fc00::', 'fe00::', 'fe80::'],
  ...['fec0::', 'ff00::', '::ffff:0:0:0', '2606:4700::'],
].map((text) =>
  ipaddr.IPv6.parse(text)
    .toByteArray()
    .reduce((sum, byte) => sum * 256n + BigInt(byte), 0n),
);

const nearBorder = fc
  .tuple(fc.constantFrom(...BORDERS_IPV4), fc.integer({ min: -3, max: 3 }))
  .map(([border, by]) => (border + by + 2 ** 32) % 2 ** 32);

const ipv4 = fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), nearBorder).map(textOfIpv4);

const nearBorder6 = fc
  .tuple(fc.constantFrom(...BORDERS_IPV6), fc.bigInt({ min: -3n, max: 3n }), fc.integer({ min: 0, max: 127 }))
  .map(([border, by, bit]) => BigInt.asUintN(128, border + (by << BigInt(bit))));

const ipv6 = fc
  .oneof(
    fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
    fc.bigInt({ min: 0x2000n << 112n, max: (0x4000n << 112n) - 1n }),
    nearBorder6,
    // IPv4 within: mapped, compatible, translated, NAT64, 6to4.
    fc
      .tuple(fc.constantFrom(0xffffn << 32n, 0n, 0xffffn << 48n, 0x64ff9bn << 96n), nearBorder)
      .map(([prefix, inner]) => prefix | BigInt(inner)),
    nearBorder.map((inner) => (0x2002n << 112n) | (BigInt(inner) << 80n)),
  )
  .map(textOfIpv6);

/** Whether ipaddr.js calls an address public: one for everyday use. What is mapped is told as mapped, not as its IPv4 address. */
const isUnicast = (text: string) => ipaddr.parse(text).range() === 'unicast';

function isStricter(text: string): boolean {
  const address = ipaddr.parse(text);
  return STRICTER.some(({ range }) => {
    const network = ipaddr.parseCIDR(range);
    return network[0].kind() === address.kind() && address.match(network);
  });
}

function agrees(text: string): boolean {
  if (isPublicAddress(text)) return isUnicast(text);
  return !isUnicast(text) || isStricter(text);
}

describe('the public addresses are those of ipaddr.js, but for those where we are stricter', () => {
  it.each([
    ['IPv4', ipv4],
    ['IPv6', ipv6],
  ])('%s, at random and near the borders of ranges', (_family, addresses) => {
    fc.assert(
      fc.property(addresses, (text) => agrees(text)),
      { numRuns: 20_000 },
    );
  });

  it('every address of the borders themselves', () => {
    const texts = [...BORDERS_IPV4.map(textOfIpv4), ...BORDERS_IPV6.map(textOfIpv6)];
    expect(texts.filter((text) => !agrees(text))).toEqual([]);
  });

  it.each(STRICTER)('$range is refused although ipaddr.js would let it pass: $why', ({ range }) => {
    const [network] = ipaddr.parseCIDR(range);
    const inside = [network.toString(), ...(network.kind() === 'ipv6' ? [`${range.split(':')[0]}1::1`] : [])];
    expect(inside.filter(isPublicAddress)).toEqual([]);
  });
});

describe('where texts are read differently', () => {
  const part = fc.oneof(
    fc.integer({ min: 0, max: 300 }).map(String),
    fc.integer({ min: 0, max: 2 ** 32 }).map((value) => `0x${value.toString(16)}`),
    fc.integer({ min: 0, max: 2 ** 24 }).map((value) => `0${value.toString(8)}`),
    fc.constantFrom('0', '00', '127', '0x7f', '08', '0x', ''),
  );
  const written = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.'));

  it('an IPv4 address in a URL is the one that ipaddr.js reads, or none', () => {
    fc.assert(
      fc.property(written, (text) => {
        const url = `https://${text}/`;
        if (!URL.canParse(url) || !ipaddr.IPv4.isValid(text)) return true;
        return new URL(url).hostname === ipaddr.IPv4.parse(text).toString();
      }),
      { numRuns: 20_000 },
    );
  });

  it('what is no address to ipaddr.js is none to us', () => {
    const garbled = fc.tuple(
      fc.oneof(ipv4, ipv6),
      fc.nat(40),
      fc.constantFrom('', ':', '.', '%', '0', 'g', '/', ' '),
    );
    fc.assert(
      fc.property(garbled, ([text, at, inserted]) => {
        const odd = text.slice(0, at) + inserted + text.slice(at + 1);
        return !isPublicAddress(odd) || (ipaddr.isValid(odd) && isUnicast(odd));
      }),
      { numRuns: 20_000 },
    );
  });

  it('an IPv6 address is the same however it is written', () => {
    fc.assert(
      fc.property(ipv6, (text) => {
        const long = ipaddr.IPv6.parse(text).toNormalizedString();
        const inUrl = new URL(`https://[${text}]/`).hostname.slice(1, -1);
        return (
          isIPv6(long) &&
          isPublicAddress(long) === isPublicAddress(text) &&
          isPublicAddress(text.toUpperCase()) === isPublicAddress(text) &&
          isPublicAddress(inUrl) === isPublicAddress(text)
        );
      }),
      { numRuns: 5_000 },
    );
  });
});

function textOfIpv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

function textOfIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt(112 - 16 * index)) & 0xffffn);
  return new ipaddr.IPv6(groups.map(Number)).toString();
}
