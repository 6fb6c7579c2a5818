import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { CallbackAnswer } from '../../../lambda/callback/post.ts';

/** A receiver that does harm, or no good. Data and scripts alone: bombs.test.ts runs them. */
export interface Bomb {
  readonly kind: string;
  /** What it does with a connection, once the request's first bytes have come. */
  readonly serve: (socket: Socket) => void;
  readonly outcome: CallbackAnswer['outcome'];
  /** The attempt has ended after this, in ms. */
  readonly withinMs: number;
  /** Bytes of the callback that it is sent. Default: 10. */
  readonly bodyBytes?: number;
  /** The certificate that it shows; plain http without one. */
  readonly certificate?: 'receiver' | 'expired' | 'elsewhere' | 'self-signed';
  /** Default: `127.0.0.1`, at which it listens. */
  readonly host?: string;
  /** By which it is called. Default: https where it has a certificate. */
  readonly scheme?: 'https';
}

/** The time limit of the attempts. */
export const TIMEOUT_MS = 4_000;

/** An attempt that ends at its time limit, with time for a busy machine. */
const AT_THE_LIMIT_MS = TIMEOUT_MS + 1_500;
/** One that ends when the answer's rest has had its time: 2 s. */
const AFTER_THE_REST_MS = 3_800;
const AT_ONCE_MS = 1_900;

const delivered = { kind: 'delivered', statusCode: 200 } as const;
const timeout = { kind: 'retry', errorClass: 'timeout' } as const;
const protocol = { kind: 'retry', errorClass: 'protocol' } as const;
const tls = { kind: 'retry', errorClass: 'tls' } as const;
const reset = { kind: 'retry', errorClass: 'connection-reset' } as const;
const status = (statusCode: number) => ({ kind: 'retry', statusCode }) as const;

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;

const say =
  (...parts: readonly (string | Buffer)[]) =>
  (socket: Socket) => {
    for (const part of parts) socket.write(part);
  };

const sayAndEnd =
  (...parts: readonly (string | Buffer)[]) =>
  (socket: Socket) => {
    say(...parts)(socket);
    socket.end();
  };

/** Says `first` at once, and then the rest so many characters every 10 ms. */
const drip = (first: string, rest: string, characters: number) => (socket: Socket) => {
  socket.write(first);
  let at = 0;
  const dripping = setInterval(() => {
    socket.write(rest.slice(at, at + characters));
    at += characters;
    if (at >= rest.length) at = 0;
  }, 10);
  socket.on('close', () => clearInterval(dripping));
};

/** Says `first`, and then the same for ever, as fast as it is taken. */
const flood = (first: string, again: string) => (socket: Socket) => {
  const much = again.repeat(Math.ceil(65_536 / again.length));
  const more = () => {
    while (!socket.destroyed && socket.write(much));
  };
  socket.write(first);
  socket.on('drain', more);
  more();
};

const retryAfter = (value: string) =>
  say(`HTTP/1.1 503 Busy\r\nretry-after: ${value}\r\ncontent-length: 0\r\n\r\n`);
const redirect = (code: number, location: string) =>
  say(`HTTP/1.1 ${code} Found\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`);

const gzip = gzipSync(Buffer.alloc(64 * 1024 * 1024));

export const BOMBS: readonly Bomb[] = [
  {
    kind: 'a name that DNS never answers for',
    host: 'never-resolves.example',
    serve: () => {},
    outcome: timeout,
    withinMs: AT_THE_LIMIT_MS,
  },
  { kind: 'no answer', serve: () => {}, outcome: timeout, withinMs: AT_THE_LIMIT_MS },
  {
    kind: 'never reads a callback of 256 KiB',
    serve: (socket) => socket.pause(),
    bodyBytes: 262_144,
    outcome: timeout,
    withinMs: AT_THE_LIMIT_MS,
  },
  { kind: 'slow headers', serve: drip(OK, 'x: 1\r\n', 1), outcome: timeout, withinMs: AT_THE_LIMIT_MS },
  {
    kind: 'slow status line',
    serve: drip('HTTP/1.1 200 ', 'OK', 1),
    outcome: timeout,
    withinMs: AT_THE_LIMIT_MS,
  },
  {
    kind: 'headers without end',
    serve: flood(OK, 'x-more: of the same\r\n'),
    outcome: protocol,
    withinMs: AT_ONCE_MS,
  },
  { kind: 'one header without end', serve: flood(`${OK}x: `, 'x'), outcome: protocol, withinMs: AT_ONCE_MS },
  {
    kind: 'headers of 20 KB',
    serve: say(`${OK}x: ${'x'.repeat(20_000)}\r\n\r\n`),
    outcome: protocol,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: '20,000 small headers',
    serve: say(`${OK}${'a: b\r\n'.repeat(20_000)}\r\n`),
    outcome: protocol,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: '2,000 small headers, below the limit',
    serve: sayAndEnd(`${OK}${'a:b\r\n'.repeat(2_000)}\r\n`),
    outcome: delivered,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: '100 Continue without end',
    serve: flood('', 'HTTP/1.1 100 Continue\r\n\r\n'),
    outcome: protocol,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: '103 Early Hints without end',
    serve: flood('', 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'),
    outcome: protocol,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: '103 slowly, without end',
    serve: drip('', 'HTTP/1.1 103 Early Hints\r\n\r\n', 1),
    outcome: timeout,
    withinMs: AT_THE_LIMIT_MS,
  },
  {
    kind: 'three 1xx and then 200',
    serve: say(
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 103 Early Hints\r\n\r\n',
      'HTTP/1.1 102 Processing\r\n\r\n',
      `${OK}content-length: 0\r\n\r\n`,
    ),
    outcome: delivered,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: '101 Switching Protocols',
    serve: say('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    outcome: status(101),
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'slow body after 200',
    serve: drip(`${OK}content-length: 1000000\r\n\r\n`, '.', 1),
    outcome: delivered,
    withinMs: AFTER_THE_REST_MS,
  },
  {
    kind: 'slow body after 500',
    serve: drip('HTTP/1.1 500 Oh\r\ncontent-length: 1000000\r\n\r\n', '.', 1),
    outcome: status(500),
    withinMs: AFTER_THE_REST_MS,
  },
  {
    kind: 'no body after 200, though one is announced',
    serve: say(`${OK}content-length: 1000000000000000\r\n\r\n`),
    outcome: delivered,
    withinMs: AFTER_THE_REST_MS,
  },
  {
    kind: 'body without end after 200',
    serve: flood(CHUNKED, `${'400\r\n'}${'x'.repeat(1_024)}\r\n`),
    outcome: delivered,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'body without end after 500',
    serve: flood('HTTP/1.1 500 Oh\r\n\r\n', 'x'),
    outcome: status(500),
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'chunks of one byte, without end',
    serve: flood(CHUNKED, '1\r\nx\r\n'),
    outcome: delivered,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'chunk extensions without end',
    serve: flood(`${CHUNKED}1;`, 'x'),
    outcome: delivered,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'trailers without end',
    serve: flood(`${CHUNKED}0\r\n`, 'x: y\r\n'),
    outcome: delivered,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'gzip of 64 MiB, though identity was asked for',
    serve: say(`${OK}content-encoding: gzip\r\ncontent-length: ${gzip.length}\r\n\r\n`, gzip),
    outcome: delivered,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'gzip of 64 MiB after 500',
    serve: say(`HTTP/1.1 500 Oh\r\ncontent-encoding: gzip\r\ncontent-length: ${gzip.length}\r\n\r\n`, gzip),
    outcome: status(500),
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'reset before the status line',
    serve: (socket) => socket.resetAndDestroy(),
    outcome: reset,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'reset within the status line',
    serve: (socket) => void socket.write('HTTP/1.1 20', () => setTimeout(() => socket.resetAndDestroy(), 50)),
    outcome: reset,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'reset within the body after 200',
    serve: (socket) =>
      void socket.write(`${OK}content-length: 9\r\n\r\nx`, () =>
        setTimeout(() => socket.resetAndDestroy(), 50),
      ),
    outcome: delivered,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'half-closed without an answer',
    serve: (socket) => void socket.end(),
    outcome: reset,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'half-closed within the body after 503',
    serve: sayAndEnd('HTTP/1.1 503 Busy\r\ncontent-length: 9\r\n\r\nx'),
    outcome: status(503),
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'never closed after its answer',
    serve: say(`${OK}connection: close\r\ncontent-length: 2\r\n\r\nok`),
    outcome: delivered,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'never closed, a body without a length',
    serve: say(`${OK}\r\nok`),
    outcome: delivered,
    withinMs: AFTER_THE_REST_MS,
  },

  { kind: 'a status line of garbage', serve: say('HELLO\r\n\r\n'), outcome: protocol, withinMs: AT_ONCE_MS },
  { kind: 'a stream of zeros', serve: flood('', '\u0000'), outcome: protocol, withinMs: AT_ONCE_MS },
  {
    kind: 'the status 99999',
    serve: say('HTTP/1.1 99999 OK\r\n\r\n'),
    outcome: protocol,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'the status -200',
    serve: say('HTTP/1.1 -200 OK\r\n\r\n'),
    outcome: protocol,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'the status 999',
    serve: sayAndEnd('HTTP/1.1 999 Odd\r\n\r\n'),
    outcome: status(999),
    withinMs: AT_ONCE_MS,
  },
  { kind: 'HTTP/9.9', serve: say('HTTP/9.9 200 OK\r\n\r\n'), outcome: protocol, withinMs: AT_ONCE_MS },
  {
    kind: 'HTTP/2 without being asked',
    serve: say(Buffer.from('000012040000000000000300000080000400010000000500ffffff', 'hex')),
    outcome: protocol,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'an answer split by a header',
    serve: say('HTTP/1.1 500 Oh\r\nx: a\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
    outcome: status(500),
    withinMs: AFTER_THE_REST_MS,
  },
  {
    kind: 'a bare CR within a header',
    serve: say(`${OK}x: a\rHTTP/1.1 500 Oh\r\n\r\n`),
    outcome: protocol,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'two answers at once',
    serve: say('HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n', `${OK}content-length: 0\r\n\r\n`),
    outcome: status(500),
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'a negative content-length',
    serve: say(`${OK}content-length: -1\r\n\r\n`),
    outcome: protocol,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'two content-lengths',
    serve: say(`${OK}content-length: 1\r\ncontent-length: 2\r\n\r\nx`),
    outcome: protocol,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'a content-length of 2^70',
    serve: say(`${OK}content-length: 1180591620717411303424\r\n\r\n`),
    outcome: protocol,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'content-length and chunks',
    serve: say(`${OK}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
    outcome: protocol,
    withinMs: AT_ONCE_MS,
  },
  { kind: 'a chunk of no size', serve: say(`${CHUNKED}zz\r\n`), outcome: delivered, withinMs: AT_ONCE_MS },
  {
    kind: 'a chunk of 2^64 bytes',
    serve: say(`${CHUNKED}ffffffffffffffffff\r\n`),
    outcome: delivered,
    withinMs: AT_ONCE_MS,
  },

  { kind: 'Retry-After: 1e99', serve: retryAfter('1e99'), outcome: status(503), withinMs: AT_ONCE_MS },
  { kind: 'Retry-After: -5', serve: retryAfter('-5'), outcome: status(503), withinMs: AT_ONCE_MS },
  { kind: 'Retry-After: NaN', serve: retryAfter('NaN'), outcome: status(503), withinMs: AT_ONCE_MS },
  {
    kind: 'Retry-After: 99999999999999999999',
    serve: retryAfter('9'.repeat(20)),
    outcome: status(503),
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'Retry-After: in the year 9999',
    serve: retryAfter('Fri, 31 Dec 9999 23:59:59 GMT'),
    outcome: { ...status(503), retryAfterMs: 251_638_300_799_000 },
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'Retry-After: in 1970',
    serve: retryAfter('Thu, 01 Jan 1970 00:00:00 GMT'),
    outcome: { ...status(503), retryAfterMs: 0 },
    withinMs: AT_ONCE_MS,
  },

  {
    kind: '302 to loopback',
    serve: redirect(302, 'http://127.0.0.1:1/'),
    outcome: status(302),
    withinMs: AT_ONCE_MS,
  },
  {
    kind: '307 to metadata',
    serve: redirect(307, 'http://169.254.169.254/latest/meta-data/'),
    outcome: status(307),
    withinMs: AT_ONCE_MS,
  },
  {
    kind: '308 to a file',
    serve: redirect(308, 'file:///etc/passwd'),
    outcome: status(308),
    withinMs: AT_ONCE_MS,
  },

  {
    kind: 'TLS, as it should be',
    certificate: 'receiver',
    serve: say(`${OK}content-length: 0\r\n\r\n`),
    outcome: delivered,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'TLS, at a name with a dot at its end',
    certificate: 'receiver',
    host: 'receiver.example.',
    serve: say(`${OK}content-length: 0\r\n\r\n`),
    outcome: delivered,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'TLS: self-signed',
    certificate: 'self-signed',
    serve: say(OK),
    outcome: tls,
    withinMs: AT_ONCE_MS,
  },
  { kind: 'TLS: expired', certificate: 'expired', serve: say(OK), outcome: tls, withinMs: AT_ONCE_MS },
  {
    kind: "TLS: another host's certificate",
    certificate: 'elsewhere',
    host: 'receiver.example',
    serve: say(OK),
    outcome: tls,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'TLS: a certificate without the address',
    certificate: 'elsewhere',
    serve: say(OK),
    outcome: tls,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'TLS: plain text instead',
    scheme: 'https',
    serve: say(`${OK}\r\n`),
    outcome: tls,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'TLS: no handshake',
    scheme: 'https',
    serve: () => {},
    outcome: timeout,
    withinMs: AT_THE_LIMIT_MS,
  },
  {
    kind: 'TLS: reset within the handshake',
    scheme: 'https',
    serve: (socket) => socket.resetAndDestroy(),
    outcome: reset,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'TLS: records without end',
    scheme: 'https',
    serve: flood('', '\u0016\u0003\u0003\u0040\u0000'),
    outcome: tls,
    withinMs: AT_ONCE_MS,
  },
  {
    kind: 'TLS: body without end after 200',
    certificate: 'receiver',
    serve: flood(CHUNKED, `${'400\r\n'}${'x'.repeat(1_024)}\r\n`),
    outcome: delivered,
    withinMs: AT_ONCE_MS,
  },
];
