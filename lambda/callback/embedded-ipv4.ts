/** The positions of an IPv4 address behind a prefix of so many bits, as bytes; the ninth byte is left out (RFC 6052, 2.2). */
const RFC_6052_POSITIONS: readonly (readonly number[])[] = [
  [6, 7, 9, 10], // 48
  [7, 9, 10, 11], // 56
  [9, 10, 11, 12], // 64
  [12, 13, 14, 15], // 96
];

const LAST = [12, 13, 14, 15];

interface Form {
  /** The bytes with which an address of this form begins. */
  readonly begins: readonly number[];
  /** Where it holds an IPv4 address: each place that there may be. */
  readonly at: readonly (readonly number[])[];
}

const FORMS: readonly Form[] = [
  { begins: Array(12).fill(0), at: [LAST] }, // compatible: RFC 4291, 2.5.5.1
  { begins: [...Array(10).fill(0), 0xff, 0xff], at: [LAST] }, // mapped: RFC 4291, 2.5.5.2
  { begins: [...Array(8).fill(0), 0xff, 0xff, 0, 0], at: [LAST] }, // translated: RFC 2765, 2.1
  { begins: [0x00, 0x64, 0xff, 0x9b, ...Array(8).fill(0)], at: [LAST] }, // NAT64: RFC 6052, 2.1
  { begins: [0x00, 0x64, 0xff, 0x9b, 0x00, 0x01], at: RFC_6052_POSITIONS }, // NAT64 of one's own: RFC 8215
  { begins: [0x20, 0x02], at: [[2, 3, 4, 5]] }, // 6to4: RFC 3056
];

/**
 * The IPv4 addresses to which an IPv6 address may lead, by the forms that are known to everybody. Which of the
 * positions of RFC 6052 a network uses behind 64:ff9b:1::/48 is its own affair, so all of them are told.
 *
 * Not known is a NAT64 prefix of somebody's own choice: it looks like any other.
 *
 * @param address an IPv6 address without a zone
 */
export function embeddedIpv4s(address: string): string[] {
  const bytes = bytesOf(address);
  const places = FORMS.filter(({ begins }) => begins.every((byte, index) => bytes[index] === byte)).flatMap(
    ({ at }) => at,
  );
  if (isIsatap(bytes)) places.push(LAST);
  return places.map((place) => place.map((index) => bytes[index]).join('.'));
}

/** Behind any prefix: 0000:5efe or 0200:5efe, the bits for "universal" and "group" aside (RFC 5214, 6.1). */
function isIsatap(bytes: readonly number[]): boolean {
  const [first = 0, ...more] = bytes.slice(8, 12);
  return (first & 0xfc) === 0 && more.join() === [0x00, 0x5e, 0xfe].join();
}

function bytesOf(address: string): number[] {
  // `URL` writes what comes last as groups, too, where it is given as an IPv4 address.
  const text = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = [], tail = []] = text.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const zeros = Array(8 - head.length - tail.length).fill('0');
  return [...head, ...zeros, ...tail].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
