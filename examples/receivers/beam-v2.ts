/**
 * Takes callbacks of the format beam-v2, verified as its users do; the secret is a key just as it is written:
 * CALLBACK_SECRET=whsec_… PORT=8080 node examples/receivers/beam-v2.ts
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

const TOLERANCE_SECONDS = 5 * 60;
const MAX_BODY_BYTES = 1024 * 1024;

/** One, or while a rotation lasts both, separated by a space. */
const secrets = (process.env.CALLBACK_SECRET ?? '').split(' ').filter((secret) => secret !== '');
if (secrets.length === 0) throw new Error('Set CALLBACK_SECRET to your signing secret, whsec_…');

const seen = new Set<string>(); // Yours: a table with a unique key, which outlives the process.

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (bytes > MAX_BODY_BYTES) {
    response.writeHead(413).end();
    return;
  }
  const body = Buffer.concat(chunks);
  if (!isGenuine(request.headers, body)) {
    response.writeHead(401).end();
    return;
  }
  // This signature does not cover the id: a receiver that can be changed checks webhook-signature, which does.
  const id = String(request.headers['webhook-id']);
  const isNew = !seen.has(id);
  seen.add(id);
  response.writeHead(204).end(); // Answer first: what takes long would be taken for a failure, and sent again.
  if (isNew) console.log(`callback ${id} ${body.toString('utf8')}`);
});

function isGenuine(headers: IncomingHttpHeaders, body: Buffer): boolean {
  const timestamp = String(headers['x-task-timestamp']);
  const signatures = headers['x-task-signature'];
  if (headers['webhook-id'] === undefined || typeof signatures !== 'string') return false;
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const message = `${body.toString('base64')}:${timestamp}`;
  const expected = secrets.map((key) => Buffer.from(createHmac('sha256', key).update(message).digest('hex')));
  const given = signatures.split(' ').map((signature) => Buffer.from(signature));
  return given.some((a) => expected.some((b) => a.length === b.length && timingSafeEqual(a, b)));
}

server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
