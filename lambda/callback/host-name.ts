/** What the name of a callback's host tells by itself, before it is resolved. Names are lower case, without a dot at their end. */
import { isIPv4 } from 'node:net';

/** In characters (RFC 1035, 2.3.4). */
const MAX_NAME_LENGTH = 253;
const MAX_LABEL_LENGTH = 63;

/**
 * Names that the public DNS does not have, each with those below it: what answers to them is a private network's.
 *
 * `test` is here since only private set-ups have it. `example` is not, for applications should treat it as any
 * other name (RFC 6761, 6.5), and it is in everybody's documentation.
 */
const PRIVATE_DOMAINS: readonly string[] = [
  'localhost', // RFC 6761, 6.3
  'invalid', // RFC 6761, 6.4
  'test', // RFC 6761, 6.2
  'local', // multicast DNS: RFC 6762
  'onion', // RFC 7686
  'alt', // not DNS at all: RFC 9476
  'arpa', // home.arpa (RFC 8375) and what else serves the network itself (RFC 3172)
  'internal', // set aside by ICANN for private networks, in 2024
  'intranet', // this and the next four: RFC 6762, appendix G
  'private',
  'corp',
  'home',
  'lan',
  'localdomain', // the suffix that many systems give themselves
];

/** Where clouds answer with credentials, each with those below it. */
const METADATA_HOSTS: readonly string[] = [
  'metadata', // Google Cloud, by its search list
  'metadata.goog',
  'metadata.google.internal',
  'metadata.azure.internal',
  'metadata.tencentyun.com',
  'metadata.packet.net',
  'metadata.platformequinix.com',
  'api.metadata.cloud.ibm.com',
  'instance-data', // EC2, by its search list
  'instance-data.ec2.internal',
  'rancher-metadata',
];

/** A URL's name or address, without the brackets of IPv6 and the dot that may end a name. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

/** Whether a URL names its host by an address. Its parser has seen to the form: what stands in brackets is one of IPv6. */
export function isAddress({ hostname }: URL): boolean {
  return hostname.startsWith('[') || isIPv4(hostname);
}

/** Why a host is no name of DNS, told so that it follows on the name; undefined where it is one. */
export function faultOfName(name: string): string | undefined {
  if (name.length > MAX_NAME_LENGTH) {
    return `has ${name.length} characters; DNS allows ${MAX_NAME_LENGTH}`;
  }
  for (const label of name.split('.')) {
    if (label === '') return 'has an empty label: two dots in a row, or one at its beginning';
    if (label.length > MAX_LABEL_LENGTH) {
      return `has a label of ${label.length} characters; DNS allows ${MAX_LABEL_LENGTH}`;
    }
    if (!/^[a-z0-9_-]+$/.test(label)) {
      return 'has other characters than letters, digits, hyphens and underscores';
    }
  }
  return undefined;
}

/** Whether only a private network knows what a name means: those of special use, and those of a single label. */
export function isPrivateName(name: string): boolean {
  return !name.includes('.') || PRIVATE_DOMAINS.some((domain) => isWithin(name, domain));
}

/** Whether a name means the machine itself (RFC 6761, 6.3). */
export function isLocalhost(name: string): boolean {
  return isWithin(name, 'localhost');
}

/** Whether a name is one by which clouds offer credentials to their machines. */
export function isMetadataName(name: string): boolean {
  return METADATA_HOSTS.some((host) => isWithin(name, host));
}

/**
 * Whether a host is among the allowed ones.
 *
 * @param allowedHosts names and addresses; `*.suffix` stands for the names below the suffix, not for itself
 */
export function isListed(host: string, allowedHosts: readonly string[]): boolean {
  return allowedHosts.some((allowed) =>
    allowed.startsWith('*.') ? host.endsWith(allowed.slice(1)) : host === allowed,
  );
}

function isWithin(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}
