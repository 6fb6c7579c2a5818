/** Callback URLs, good and bad, each with what must become of it. Data alone: url-corpus.test.ts runs them. */

export interface CorpusUrl {
  readonly url: string;
  readonly verdict: 'refused' | 'called';
  readonly reason: string;
  /** Where the URL is refused. The text tells most; what a name means is known at the connection. */
  readonly refusedAt?: 'submit' | 'connection';
  /**
   * What DNS answers to the first look-up, the second, …; one delivery is made for each. Without it every name is
   * 93.184.215.14, so that what is refused is so by its text. The verdict is that of the last delivery.
   */
  readonly dns?: readonly (readonly string[])[];
  /** What the last delivery connects to, `address:port`, sorted. */
  readonly connects?: readonly string[];
  /** The deployment; as on AWS where nothing is said. */
  readonly on?: Deployment;
}

/** `aws`: nothing is set. `loopback`: as `npm start`. `listed`: with allowed hosts. `networks`: with private CIDRs. */
export type Deployment = 'aws' | 'loopback' | 'listed' | 'networks';

export const DEPLOYMENTS: Readonly<Record<Deployment, Readonly<Record<string, string>>>> = {
  aws: { API_URL: 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com' },
  loopback: { API_URL: 'http://127.0.0.1:7071', ALLOWED_CALLBACK_CIDRS: '127.0.0.0/8,::1/128' },
  listed: {
    API_URL: 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
    ALLOWED_CALLBACK_HOSTS: 'hooks.example.com,*.example.org,8.8.8.8,2606:4700::1111',
  },
  networks: {
    API_URL: 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
    ALLOWED_CALLBACK_CIDRS: '10.20.0.0/16,169.254.0.0/16,100.64.0.0/10,fd00::/8,64:ff9b::/96,192.0.0.0/24',
  },
};

const PUBLIC = '93.184.215.14';

type More = Omit<CorpusUrl, 'url' | 'verdict' | 'reason'>;

const refused = (reason: string, urls: readonly string[], more: More = {}): CorpusUrl[] =>
  urls.map((url) => ({ url, verdict: 'refused', reason, refusedAt: 'submit', ...more }));

/** The name means what DNS says, which only the connection finds out. */
const resolvesBadly = (reason: string, url: string, ...dns: readonly string[][]): CorpusUrl => ({
  url,
  verdict: 'refused',
  refusedAt: 'connection',
  reason,
  dns,
});

const called = (reason: string, url: string, connects: readonly string[], more: More = {}): CorpusUrl => ({
  url,
  verdict: 'called',
  reason,
  connects,
  ...more,
});

const hosts = (...names: readonly string[]) => names.map((name) => `https://${name}/hook`);

export const CORPUS: readonly CorpusUrl[] = [
  // Addresses as they are usually written.
  ...refused('this network, 0.0.0.0/8', hosts('0.0.0.0', '0.0.0.1', '0.255.255.255')),
  ...refused('private, 10.0.0.0/8', hosts('10.0.0.0', '10.0.0.1', '10.255.255.255')),
  ...refused("carriers' NAT, 100.64.0.0/10", hosts('100.64.0.0', '100.100.0.1', '100.127.255.255')),
  ...refused('loopback, 127.0.0.0/8', hosts('127.0.0.0', '127.0.0.1', '127.1.2.3', '127.255.255.255')),
  ...refused('link-local, 169.254.0.0/16', hosts('169.254.0.0', '169.254.1.1', '169.254.255.255')),
  ...refused('private, 172.16.0.0/12', hosts('172.16.0.0', '172.17.0.1', '172.31.255.255')),
  ...refused('protocol assignments, 192.0.0.0/24', hosts('192.0.0.0', '192.0.0.170', '192.0.0.255')),
  ...refused('documentation', hosts('192.0.2.1', '198.51.100.1', '203.0.113.1')),
  ...refused(
    'AS112, AMT and 6to4 relays',
    hosts('192.31.196.1', '192.52.193.1', '192.88.99.1', '192.175.48.1'),
  ),
  ...refused('private, 192.168.0.0/16', hosts('192.168.0.0', '192.168.1.1', '192.168.255.255')),
  ...refused('benchmarking, 198.18.0.0/15', hosts('198.18.0.0', '198.19.255.255')),
  ...refused('multicast, 224.0.0.0/4', hosts('224.0.0.0', '224.0.0.1', '239.255.255.255')),
  ...refused('reserved and broadcast', hosts('240.0.0.0', '254.1.1.1', '255.255.255.255')),

  // The same addresses otherwise written.
  ...refused(
    '127.0.0.1, otherwise written',
    hosts(
      '2130706433', // decimal
      '0x7f000001', // hexadecimal
      '0X7F000001',
      '017700000001', // octal
      '0177.0.0.1',
      '0177.0.0.01',
      '0x7f.0.0.1',
      '0x7f.0x0.0x0.0x1',
      '0x7f.1',
      '127.1', // short
      '127.0.1',
      '127.0.0.1.', // with the dot of the root
      '0x7f.0.0x01',
      '00000177.00.0x0.1',
      '127.0x0.1',
      '１２７.０.０.１', // full-width digits
      '①②⑦.⓪.⓪.①', // circled digits
      '𝟏𝟐𝟕.𝟎.𝟎.𝟏', // mathematical digits
      '127。0。0。1', // ideographic dots
      '127．0．0．1', // full-width dots
      '127｡0｡0｡1', // half-width ideographic dots
      '127.0.0.1:443',
      '127.0.0.1:8443',
    ),
  ),
  ...refused('0.0.0.0, otherwise written', hosts('0', '00', '0x0', '0x', '0.0', '000.000.000.000')),
  ...refused(
    '169.254.169.254, otherwise written',
    hosts(
      '2852039166',
      '0xa9fea9fe',
      '0251.0376.0251.0376',
      '169.254.43518',
      '0xa9.254.0251.254',
      '169.16689662',
    ),
  ),
  ...refused('10.0.0.1, otherwise written', hosts('167772161', '10.1', '0xa.1', '012.1', '012.0.0.1')),
  ...refused('192.168.0.1, otherwise written', hosts('3232235521', '192.168.1', '0xc0a80001', '0300.0250.1')),
  ...refused(
    'no address, though it ends in a number',
    hosts('256.0.0.1', '1.2.3.4.5', '4294967296', '08.0.0.1'),
  ),
  ...refused(
    'a percent-encoded host',
    hosts('%31%32%37.0.0.1', '127%2e0%2e0%2e1', '%6c%6f%63alhost', 'ex%61mple.com'),
  ),

  // IPv6.
  ...refused('unspecified', hosts('[::]', '[0:0:0:0:0:0:0:0]', '[::]:8443')),
  ...refused(
    'loopback',
    hosts('[::1]', '[0:0:0:0:0:0:0:1]', '[0000:0000:0000:0000:0000:0000:0000:0001]', '[::0001]'),
  ),
  ...refused(
    'IPv4-mapped',
    hosts('[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:10.0.0.1]', '[::FFFF:8.8.8.8]'),
  ),
  ...refused('IPv4-compatible', hosts('[::127.0.0.1]', '[::7f00:1]', '[::8.8.8.8]', '[::a9fe:a9fe]')),
  ...refused('IPv4-translated', hosts('[::ffff:0:127.0.0.1]', '[::ffff:0:a9fe:a9fe]')),
  ...refused(
    'NAT64',
    hosts('[64:ff9b::127.0.0.1]', '[64:ff9b::a9fe:a9fe]', '[64:ff9b::8.8.8.8]', '[64:ff9b:1::a00:1]'),
  ),
  ...refused('6to4', hosts('[2002:7f00:1::]', '[2002:a00:1::1]', '[2002:a9fe:a9fe::1]')),
  ...refused('Teredo', hosts('[2001::1]', '[2001:0:7f00:1::]', '[2001:0:53aa:64c:0:0:80ff:fffe]')),
  ...refused(
    'benchmarking, ORCHID, protocol assignments',
    hosts('[2001:2::1]', '[2001:10::1]', '[2001:20::1]', '[2001:1::1]'),
  ),
  ...refused('unique local', hosts('[fc00::]', '[fc00::1]', '[fdff:ffff::1]')),
  ...refused('link-local', hosts('[fe80::1]', '[febf::1]')),
  ...refused('site-local', hosts('[fec0::1]', '[feff::1]')),
  ...refused('multicast', hosts('[ff00::]', '[ff02::1]', '[ff0e::1]')),
  ...refused('documentation', hosts('[2001:db8::1]', '[3fff::1]', '[3fff:fff::1]')),
  ...refused('discard-only and segment routing', hosts('[100::1]', '[5f00::1]')),
  ...refused('AS112', hosts('[2620:4f:8000::1]')),
  ...refused('outside of 2000::/3', hosts('[1fff::1]', '[4000::1]', '[8000::1]', '[1::1]')),
  ...refused('a zone', hosts('[fe80::1%25eth0]', '[fe80::1%eth0]', '[2606:4700::1%25lo]')),
  ...refused(
    'no IPv6',
    hosts('[::1', '[:::1]', '[1:2:3:4:5:6:7:8:9]', '[127.0.0.1]', '::1', '[::1]x', '[::1].example.com'),
  ),

  // Where clouds answer with credentials.
  ...refused('AWS', [
    'https://169.254.169.254/latest/meta-data/iam/security-credentials/',
    'https://169.254.170.2/v2/credentials/',
    'https://169.254.170.23/v1/credentials',
    'https://[fd00:ec2::254]/latest/meta-data/',
    'https://[fd00:ec2::23]/v1/credentials',
    'http://169.254.169.254/latest/api/token',
    'https://instance-data/latest/',
    'https://instance-data.ec2.internal/latest/',
  ]),
  ...refused(
    'Google',
    hosts(
      'metadata.google.internal',
      'metadata',
      'METADATA.GOOGLE.INTERNAL.',
      'metadata.goog',
      '[fd20:ce::254]',
    ),
  ),
  ...refused('Azure, one in a public range', hosts('168.63.129.16', '0xa83f8110', 'metadata.azure.internal')),
  ...refused(
    'Alibaba, Oracle, Tencent, Equinix, IBM',
    hosts(
      '100.100.100.200',
      '192.0.0.192',
      'metadata.tencentyun.com',
      'metadata.platformequinix.com',
      'api.metadata.cloud.ibm.com',
    ),
  ),

  // Names.
  ...refused(
    'localhost',
    hosts(
      'localhost',
      'LOCALHOST',
      'localhost.',
      'LocalHost.',
      'foo.localhost',
      'a.b.localhost.',
      'ｌｏｃａｌｈｏｓｔ',
      'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
      'loc\u00adalhost',
    ),
  ),
  ...refused(
    'a name of special use',
    hosts(
      'printer.local',
      'printer.local.',
      'db.internal',
      'DB.Internal',
      'router.home.arpa',
      'home.arpa',
      'hidden.onion',
      'thing.alt',
      'nothing.invalid',
      'dev.test',
      '1.0.0.127.in-addr.arpa',
    ),
  ),
  ...refused(
    'a name that private networks give themselves',
    hosts(
      'wiki.lan',
      'wiki.corp',
      'nas.home',
      'portal.intranet',
      'x.private',
      'box.localdomain',
      'kubernetes.default.svc.cluster.local',
      'host.docker.internal',
    ),
  ),
  ...refused('a single label', hosts('printer', 'kubernetes', 'com', 'redis.', 'xn--bcher-kva')),
  ...refused(
    'no name of DNS',
    hosts(
      'a..example.com',
      'example.com..',
      '.example.com',
      '127.0.0.1..',
      'localhost..',
      `${'a'.repeat(64)}.example.com`,
      `${'abc.'.repeat(63)}example.com`,
      '*.example.com',
      'exa!mple.com',
      "exa'mple.com",
    ),
  ),
  ...refused("the deployment's own API", [
    'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/api/tasks',
    'https://A1B2C3D4E5.Execute-API.eu-central-1.amazonaws.com/api/tasks',
    'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com./api/tasks',
    'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com:8443/api/tasks',
  ]),

  // Schemes and ports.
  ...refused('not https', [
    'http://example.com/',
    'HTTP://example.com/',
    'http://example.com:443/',
    'http://8.8.8.8/',
  ]),
  ...refused('no scheme of the web', [
    'ftp://example.com/',
    'file:///etc/passwd',
    'gopher://example.com:70/_x',
    'dict://example.com:11211/',
    'ldap://example.com/',
    'javascript:alert(1)',
    'data:text/plain,x',
    'ws://example.com/',
    'wss://example.com/',
    'blob:https://example.com/1',
    'unix:///var/run/docker.sock',
    'jar:https://example.com/x.jar!/',
  ]),
  ...refused(
    'a port that is not for receivers',
    hosts(
      'example.com:80',
      'example.com:22',
      'example.com:25',
      'example.com:6379',
      'example.com:8080',
      'example.com:9200',
      'example.com:0',
      'example.com:65535',
      '8.8.8.8:8080',
    ),
  ),
  ...refused(
    'no port',
    hosts('example.com:65536', 'example.com:-1', 'example.com:44x', 'example.com:４４４'),
  ),
  ...refused('not absolute', [
    '',
    '/hook',
    '//example.com/hook',
    'example.com/hook',
    'https:example.com',
    'https:/example.com',
    'https:///example.com',
    'https:////example.com',
    'https://',
    'https://?',
    'https://#',
    'https:///',
    '?',
    '#',
    'https',
    'https:',
  ]),

  // Where parsers differ on which host is meant.
  ...refused('a user name', [
    'https://alice@example.com/',
    'https://alice:secret@example.com/',
    'https://@example.com/',
    'https://:@example.com/',
    'https://example.com@127.0.0.1/',
    'https://127.0.0.1@example.com/',
    'https://example.com:443@127.0.0.1/',
    'https://a@b@127.0.0.1/',
    'https://example.com%40127.0.0.1/',
    'https://1.1.1.1 &@2.2.2.2# @3.3.3.3/',
    'https://foo@127.0.0.1:80@example.com/',
  ]),
  ...refused('a backslash', [
    'https:\\\\example.com\\',
    'https://example.com\\@127.0.0.1/',
    'https://127.0.0.1\\@example.com/',
    'https://127.0.0.1\\.example.com/',
    'https:/\\127.0.0.1/',
    '\\\\127.0.0.1\\share',
    'https://example.com\\.evil.example/',
  ]),
  ...refused('a character that parsers drop or split at', [
    ' https://example.com/',
    'https://example.com/ ',
    'https://example.com/\t',
    'https://exa\tmple.com/',
    'ht\ntps://example.com/',
    'https://127.0.0.1\t.example.com/',
    'https://example.com/\r\nHost: internal',
    'https://example.com/\nx-evil: 1',
    'https://example.com/\u0000',
    'https://example.com\u0000.evil.example/',
    'https://exa mple.com/',
    '\u0001https://example.com/',
    'https://example.com/\u007f',
  ]),
  ...refused(
    'a host of other characters',
    hosts(
      'exa<mple.com',
      'exa|mple.com',
      'exa^mple.com',
      'example.com\u2028',
      'example.com\u3000',
      'a＃b.example',
      'a／b.example',
      'a＠b.example',
      'xn--zzzz--',
      '127.0.0.1；.example',
    ),
  ),
  ...refused('too long', [
    `https://example.com/${'x'.repeat(2_029)}`,
    `https://example.com/?q=${'x'.repeat(10_000)}`,
  ]),

  // Names whose meaning only DNS tells.
  resolvesBadly('loopback', 'https://localtest.me/', ['127.0.0.1']),
  resolvesBadly('loopback', 'https://127.0.0.1.nip.io/', ['127.0.0.1']),
  resolvesBadly('loopback by IPv6', 'https://six.example.com/', ['::1']),
  resolvesBadly('the machine by 0.0.0.0', 'https://zero.example.com/', ['0.0.0.0']),
  resolvesBadly('private', 'https://10.0.0.1.sslip.io/', ['10.0.0.1']),
  resolvesBadly('private', 'https://vpn.example.com:8443/', ['172.16.5.5']),
  resolvesBadly('metadata', 'https://metadata.example.com/', ['169.254.169.254']),
  resolvesBadly('metadata by IPv6', 'https://imds.example.com/', ['fd00:ec2::254']),
  resolvesBadly('metadata of Azure', 'https://azure.example.com/', ['168.63.129.16']),
  resolvesBadly('IPv4-mapped loopback', 'https://mapped.example.com/', ['::ffff:127.0.0.1']),
  resolvesBadly('IPv4-mapped, though public', 'https://mapped-public.example.com/', ['::ffff:8.8.8.8']),
  resolvesBadly('NAT64 of metadata', 'https://nat64.example.com/', ['64:ff9b::a9fe:a9fe']),
  resolvesBadly('6to4 of a private address', 'https://sixtofour.example.com/', ['2002:a00:1::1']),
  resolvesBadly('link-local with a zone', 'https://zone.example.com/', ['fe80::1%eth0']),
  resolvesBadly('public with a zone', 'https://zone-public.example.com/', ['2606:4700::1%eth0']),
  resolvesBadly('unique local', 'https://ula.example.com/', ['fd12:3456::1']),
  resolvesBadly("carriers' NAT", 'https://cgnat.example.com/', ['100.64.1.1']),
  resolvesBadly('public first, private second', 'https://both.example.com/', [PUBLIC, '10.0.0.1']),
  resolvesBadly('private first, public second', 'https://both2.example.com/', ['10.0.0.1', PUBLIC]),
  resolvesBadly('public IPv4, private IPv6', 'https://both6.example.com/', [PUBLIC, '::1']),
  resolvesBadly('one bad among many', 'https://many.example.com/', [
    '1.1.1.1',
    '8.8.8.8',
    '9.9.9.9',
    '127.0.0.1',
    '8.8.4.4',
  ]),
  resolvesBadly('no text of an address', 'https://garbage.example.com/', ['localhost']),
  resolvesBadly('a literal that URL reads as a name, in DNS private', 'https://0x7f.0.0.1.example.com/', [
    '127.0.0.1',
  ]),
  resolvesBadly('rebinding: public, then loopback', 'https://rebind1.example.com/', [PUBLIC], ['127.0.0.1']),
  resolvesBadly(
    'rebinding: public, then metadata',
    'https://rebind2.example.com/',
    [PUBLIC],
    ['169.254.169.254'],
  ),
  resolvesBadly(
    'rebinding: public twice, then private',
    'https://rebind3.example.com/',
    [PUBLIC],
    ['8.8.8.8'],
    ['192.168.1.1'],
  ),
  resolvesBadly(
    'rebinding: public, then public and private',
    'https://rebind4.example.com/',
    [PUBLIC],
    [PUBLIC, '10.0.0.1'],
  ),
  resolvesBadly('rebinding by IPv6', 'https://rebind5.example.com/', ['2606:4700::1111'], ['::1']),

  // What must not be taken for any of these.
  called('a public name', 'https://example.com', [`${PUBLIC}:443`]),
  called('a path and a query', 'https://hooks.example.com/a/b?c=d&e=f#g', [`${PUBLIC}:443`]),
  called('port 8443', 'https://example.com:8443/hook', [`${PUBLIC}:8443`]),
  called('port 443, said', 'https://example.com:443/hook', [`${PUBLIC}:443`]),
  called('port 443 with zeros', 'https://example.com:00443/hook', [`${PUBLIC}:443`]),
  called('an empty port', 'https://example.com:/hook', [`${PUBLIC}:443`]),
  called('upper case', 'HTTPS://EXAMPLE.COM/Hook', [`${PUBLIC}:443`]),
  called('the dot of the root', 'https://example.com./hook', [`${PUBLIC}:443`]),
  called('an @ in the path and query', 'https://example.com/@alice?to=alice@example.org', [`${PUBLIC}:443`]),
  called('an @ right after the host', 'https://example.com/@127.0.0.1/', [`${PUBLIC}:443`]),
  called('an @ in the query, right after the host', 'https://example.com?@127.0.0.1/', [`${PUBLIC}:443`]),
  called('an @ in the fragment', 'https://example.com#@127.0.0.1/', [`${PUBLIC}:443`]),
  called('an encoded backslash', 'https://example.com/a%5Cb?c=%5c%5c127.0.0.1', [`${PUBLIC}:443`]),
  called('encoded line ends in the path', 'https://example.com/a%0d%0aHost:%20internal', [`${PUBLIC}:443`]),
  called('a URL in the query', 'https://example.com/?next=http://169.254.169.254/', [`${PUBLIC}:443`]),
  called('a private address in the path', 'https://example.com/10.0.0.1/localhost', [`${PUBLIC}:443`]),
  called('2,048 characters', `https://example.com/${'x'.repeat(2_028)}`, [`${PUBLIC}:443`]),
  called('unicode in the path', 'https://example.com/grüße/日本?q=é', [`${PUBLIC}:443`]),
  called('an international name', 'https://bücher.example/hook', [`${PUBLIC}:443`]),
  called('an international name in ASCII', 'https://xn--bcher-kva.example/hook', [`${PUBLIC}:443`]),
  called('an international domain', 'https://例え.jp/hook', [`${PUBLIC}:443`]),
  called('full-width letters of a public name', 'https://ｅxample.com/', [`${PUBLIC}:443`]),
  called('an underscore', 'https://my_hooks.example.com/', [`${PUBLIC}:443`]),
  called('a hyphen at an end', 'https://hooks-.example.com/', [`${PUBLIC}:443`]),
  called('a label of 63 characters', `https://${'a'.repeat(63)}.example.com/`, [`${PUBLIC}:443`]),
  called('a name of 253 characters', `https://${'a.'.repeat(121)}example.com/`, [`${PUBLIC}:443`]),
  called('localhost as a label', 'https://localhost.example.com/', [`${PUBLIC}:443`]),
  called('localhost within a label', 'https://mylocalhost.com/', [`${PUBLIC}:443`]),
  called('internal as a label', 'https://internal.example.com/', [`${PUBLIC}:443`]),
  called('internal within a label', 'https://my-internal.dev/', [`${PUBLIC}:443`]),
  called('local within a label', 'https://my-local.dev/', [`${PUBLIC}:443`]),
  called('local as a label', 'https://local.example.com/', [`${PUBLIC}:443`]),
  called('ends like a private domain', 'https://farmhome.com/', [`${PUBLIC}:443`]),
  called('a TLD that begins like one', 'https://example.homes/', [`${PUBLIC}:443`]),
  called('test as a label', 'https://test.example.com/', [`${PUBLIC}:443`]),
  called('metadata as a label', 'https://metadata.example.com.example.net/', [`${PUBLIC}:443`]),
  called('ends like a cloud', 'https://notmetadata.goog/', [`${PUBLIC}:443`]),
  called('onion within a name', 'https://onion.com/', [`${PUBLIC}:443`]),
  called('digits in a name', 'https://10.0.0.1.example.com/', [`${PUBLIC}:443`]),
  called('a hexadecimal-looking label', 'https://0x7f.example.com/', [`${PUBLIC}:443`]),
  called('a numeric domain', 'https://163.com/', [`${PUBLIC}:443`]),
  called("another deployment's API", 'https://zzzzzzzzzz.execute-api.eu-central-1.amazonaws.com/x', [
    `${PUBLIC}:443`,
  ]),
  called("below the own API's name", 'https://x.a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/x', [
    `${PUBLIC}:443`,
  ]),
  called('IPv6 alone', 'https://six-only.example.com/', ['2606:4700::1111:443'], {
    dns: [['2606:4700::1111']],
  }),
  called('several addresses', 'https://round.example.com/', ['1.1.1.1:443', '8.8.8.8:443'], {
    dns: [['1.1.1.1', '8.8.8.8']],
  }),
  called('both families', 'https://dual.example.com/', ['2606:4700::1111:443', '8.8.8.8:443'], {
    dns: [['2606:4700::1111', '8.8.8.8']],
  }),
  called('an address that moves within the public ones', 'https://moves.example.com/', ['8.8.8.8:443'], {
    dns: [[PUBLIC], ['8.8.8.8']],
  }),
  ...[
    ...['1.0.0.0', '1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0'],
    ...['126.255.255.255', '128.0.0.0', '168.63.129.15', '168.63.129.17', '169.253.255.255', '169.255.0.0'],
    ...['172.15.255.255', '172.32.0.0', '191.255.255.255', '192.0.1.0', '192.0.3.0', '192.31.195.255'],
    ...['192.31.197.0', '192.52.192.255', '192.52.194.0', '192.88.98.255', '192.88.100.0', '192.167.255.255'],
    ...['192.169.0.0', '192.175.47.255', '192.175.49.0', '198.17.255.255', '198.20.0.0', '198.51.99.255'],
    ...['198.51.101.0', '203.0.112.255', '203.0.114.0', '223.255.255.255'],
  ].map((address) =>
    called('public, next to a range that is not', `https://${address}/`, [`${address}:443`]),
  ),
  called('public, otherwise written', 'https://134744072/', ['8.8.8.8:443']),
  called('public, otherwise written', 'https://0x08080808/', ['8.8.8.8:443']),
  ...[
    ...['2000::1', '2001:200::1', '2001:4860:4860::8888', '2001:db7:ffff::1', '2001:db9::1', '2003::1'],
    ...['2606:4700::1', '2606:4700:4700::1111', '2620:4f:7fff::1', '2620:4f:8001::1', '2a00:1450:4001::1'],
    ...['3ffe:ffff::1', '3fff:1000::1'],
  ].map((address) => called('public IPv6', `https://[${address}]/`, [`${address}:443`])),

  // A developer's machine: loopback by any scheme and port, the Internet as everywhere.
  called('loopback', 'http://127.0.0.1:9/inbox', ['127.0.0.1:9'], { on: 'loopback' }),
  called('loopback on the port of https', 'https://127.0.0.1:9/', ['127.0.0.1:9'], { on: 'loopback' }),
  called('loopback by IPv6', 'http://[::1]:9/', ['::1:9'], { on: 'loopback' }),
  called('localhost', 'http://localhost:9/inbox', ['127.0.0.1:9'], { on: 'loopback', dns: [['127.0.0.1']] }),
  called('a name that means loopback', 'http://app.test:9/', ['127.0.0.1:9'], {
    on: 'loopback',
    dns: [['127.0.0.1']],
  }),
  called('a public name by https', 'https://example.com/', [`${PUBLIC}:443`], { on: 'loopback' }),
  called('a public name on 8443', 'https://example.com:8443/', [`${PUBLIC}:8443`], { on: 'loopback' }),
  ...refused('public, by plain http', ['http://example.com/', 'http://example.com:8443/'], {
    on: 'loopback',
    refusedAt: 'connection',
  }),
  ...refused('public, on another port', ['https://example.com:8080/', 'https://example.com:22/'], {
    on: 'loopback',
    refusedAt: 'connection',
  }),
  ...refused(
    'public, by plain http or on another port',
    ['http://8.8.8.8/', 'https://8.8.8.8:8080/', 'http://[2606:4700::1]/'],
    { on: 'loopback' },
  ),
  ...refused(
    'private, outside of the networks',
    ['http://10.0.0.1/', 'https://10.0.0.1/', 'https://0.0.0.0/', 'https://[fd12::1]/'],
    { on: 'loopback' },
  ),
  ...refused(
    'metadata',
    ['http://169.254.169.254/', 'http://metadata.google.internal/', 'http://instance-data/'],
    { on: 'loopback' },
  ),
  ...refused('loopback and private', ['http://mixed.example.com:9/'], {
    on: 'loopback',
    refusedAt: 'connection',
    dns: [['127.0.0.1', '10.0.0.1']],
  }),
  ...refused('loopback and public, by plain http', ['http://mixed2.example.com:9/'], {
    on: 'loopback',
    refusedAt: 'connection',
    dns: [['127.0.0.1', PUBLIC]],
  }),
  ...refused('rebinding within the machine, then out of it', ['http://rebind6.example.com:9/'], {
    on: 'loopback',
    refusedAt: 'connection',
    dns: [['127.0.0.1'], ['10.0.0.1']],
  }),
  ...refused('userinfo', ['http://alice@127.0.0.1:9/', 'http://127.0.0.1:9\\@example.com/'], {
    on: 'loopback',
  }),

  // Private networks allowed, loopback not among them; metadata never.
  called('in an allowed network', 'http://10.20.3.4:8080/', ['10.20.3.4:8080'], { on: 'networks' }),
  called('a private name in it', 'http://billing.corp.internal:8080/', ['10.20.3.4:8080'], {
    on: 'networks',
    dns: [['10.20.3.4']],
  }),
  ...refused(
    'metadata behind ISATAP in an allowed network',
    ['https://[fd12::5efe:169.254.169.254]/', 'https://[fd12::200:5efe:a9fe:a9fe]/'],
    { on: 'networks' },
  ),
  called('a unique local address', 'https://[fd12::1]/', ['fd12::1:443'], { on: 'networks' }),
  ...refused('localhost', ['http://localhost:8080/', 'http://foo.localhost./'], { on: 'networks' }),
  ...refused('loopback', ['https://127.0.0.1/', 'https://[::1]/'], { on: 'networks' }),
  ...refused(
    'metadata, though its network is allowed',
    [
      'http://169.254.169.254/',
      'http://169.254.170.2/',
      'http://[fd00:ec2::254]/',
      'http://[fd20:ce::254]/',
      'http://100.100.100.200/',
      'http://192.0.0.192/',
      'http://[64:ff9b::a9fe:a9fe]/',
      'http://[64:ff9b::169.254.170.2]/',
      'http://metadata/',
      'http://metadata.google.internal./',
    ],
    { on: 'networks' },
  ),
  ...refused('metadata by name', ['http://imds.corp.internal/'], {
    on: 'networks',
    refusedAt: 'connection',
    dns: [['169.254.169.254']],
  }),
  ...refused('metadata by NAT64', ['http://imds6.corp.internal/'], {
    on: 'networks',
    refusedAt: 'connection',
    dns: [['64:ff9b::a9fe:a9fe']],
  }),
  ...refused('next to the allowed network', ['http://10.21.0.1/', 'https://10.19.255.255/'], {
    on: 'networks',
  }),

  // Allowed hosts.
  called('listed', 'https://hooks.example.com/x', [`${PUBLIC}:443`], { on: 'listed' }),
  called('listed, otherwise written', 'https://HOOKS.example.com.:8443/x', [`${PUBLIC}:8443`], {
    on: 'listed',
  }),
  called('below a listed suffix', 'https://eu.example.org/', [`${PUBLIC}:443`], { on: 'listed' }),
  called('far below a listed suffix', 'https://a.b.c.example.org/', [`${PUBLIC}:443`], { on: 'listed' }),
  called('a listed address', 'https://8.8.8.8/', ['8.8.8.8:443'], { on: 'listed' }),
  called('a listed address, otherwise written', 'https://[2606:4700:0:0::1111]/', ['2606:4700::1111:443'], {
    on: 'listed',
  }),
  ...refused(
    'not listed',
    hosts(
      'example.com',
      'example.org',
      'hooks.example.com.evil.example',
      'evilexample.org',
      'x.hooks.example.com',
      '8.8.4.4',
      '[2606:4700::1112]',
    ),
    { on: 'listed' },
  ),
  ...refused('listed, and private all the same', ['https://inside.example.org/'], {
    on: 'listed',
    refusedAt: 'connection',
    dns: [['10.0.0.1']],
  }),
  ...refused('listed, by plain http', ['http://hooks.example.com/', 'https://hooks.example.com:8080/'], {
    on: 'listed',
  }),
];
