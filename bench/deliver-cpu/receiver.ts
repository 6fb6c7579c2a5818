/**
 * Program: takes callbacks, answers 204 to each, with as little work as can be. It prints `{"url":"http://127.0.0.1:…"}`
 * and ends with its input. `GET /first` tells the first callback: what the bare loop is to send as well.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

let first: object | undefined;

const server = createServer(async (request, response) => {
  if (request.method === 'GET') {
    response.end(JSON.stringify(first ?? {}));
    return;
  }
  if (first === undefined) first = { headers: request.headers, body: await text(request) };
  else request.resume();
  response.writeHead(204).end();
});
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
process.stdin.on('end', () => process.exit()).resume();
