/**
 * Which addresses a callback may be sent to. The lists are those of the IANA special-purpose address registries for
 * IPv4 and IPv6 (RFC 6890, as of 2026), with multicast and reserved space.
 */
import { BlockList, isIP } from 'node:net';
import { embeddedIpv4s } from './embedded-ipv4.ts';

const SPECIAL_IPV4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared by carriers' NAT
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // Azure's own, which it answers to its machines from within a public range
  '169.254.0.0/16', // link-local, metadata services among them
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // 6to4 relays, deprecated
  '192.168.0.0/16', // private
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast among it
];

/** Of IPv6 only this is handed out as global unicast: mapped, translated, local and multicast addresses lie outside. */
const GLOBAL_UNICAST_IPV6 = '2000::/3';

const SPECIAL_IPV6 = [
  '2001::/23', // protocol assignments: Teredo, benchmarking, ORCHID
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4, which holds an IPv4 address
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
];

/** Where clouds answer their machines, many of them with credentials. Refused whatever networks are allowed. */
const METADATA_IPV4 = [
  '169.254.0.0/16', // AWS, Google, Azure and most others; containers on AWS
  '100.100.100.200/32', // Alibaba
  '168.63.129.16/32', // Azure
  '192.0.0.192/32', // Oracle
];

const METADATA_IPV6 = [
  'fd00:ec2::/32', // AWS
  'fd20:ce::254/128', // Google
  'fd00:42::42/128', // Scaleway
  'fe80::a9fe:a9fe/128', // OpenStack
];

// Made when the first address is looked at, which most submissions do not bring: 5 % of a cold start of submit.
const special = once(() => listOf([...SPECIAL_IPV4, ...SPECIAL_IPV6]));
const globalUnicast = once(() => listOf([GLOBAL_UNICAST_IPV6]));
const metadata = once(() => listOf([...METADATA_IPV4, ...METADATA_IPV6]));

/** Whether an address is one of the public Internet. False for what is no address. */
export function isPublicAddress(address: string): boolean {
  switch (familyOf(address)) {
    case 4:
      return !special().check(address, 'ipv4');
    case 6:
      return globalUnicast().check(address, 'ipv6') && !special().check(address, 'ipv6');
    default:
      return false;
  }
}

/** Whether a callback may go to an address: a public one, or one in the networks that are allowed besides. */
export function mayBeCalled(address: string, allowedCidrs: readonly string[]): boolean {
  if (isMetadataAddress(address)) return false;
  return isPublicAddress(address) || isInCidrs(address, allowedCidrs);
}

/** Also where an IPv6 address leads to one of IPv4, by whatever is between here and there. */
function isMetadataAddress(address: string): boolean {
  const embedded = familyOf(address) === 6 ? embeddedIpv4s(address) : [];
  return [address, ...embedded].some((each) => isInList(metadata(), each));
}

/** Whether the networks hold an address of the machine itself. */
export function allowsLoopback(cidrs: readonly string[]): boolean {
  return isInCidrs('127.0.0.1', cidrs) || isInCidrs('::1', cidrs);
}

/** The lists of networks that were asked for: a deployment has one, and asks for it several times for each callback. */
const networks = new WeakMap<readonly string[], BlockList>();

/** Whether an address lies in one of the networks. */
export function isInCidrs(address: string, cidrs: readonly string[]): boolean {
  let list = networks.get(cidrs);
  if (list === undefined) {
    list = listOf(cidrs);
    networks.set(cidrs, list);
  }
  return isInList(list, address);
}

function isInList(list: BlockList, address: string): boolean {
  const family = familyOf(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** 0 for what is no address, and for one with a zone, which is for a link of this machine's. */
function familyOf(address: string): number {
  return address.includes('%') ? 0 : isIP(address);
}

function listOf(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [network = '', prefix = ''] = cidr.split('/');
    list.addSubnet(network, Number(prefix), network.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
