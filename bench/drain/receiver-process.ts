/** Program: the customer's endpoint. Answers 200 at once, and remembers the ids that it was told at each path. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerCommands } from './commands.ts';

const received = new Map<string, Set<string>>();

const server = createServer((request, answer) => {
  const { 'webhook-id': id, 'webhook-signature': signature } = request.headers;
  const path = request.url ?? '';
  const ids = received.get(path) ?? new Set();
  received.set(path, ids);
  if (signature !== undefined) ids.add(String(id));
  request.resume();
  request.on('end', () => answer.end());
});
// Else it would hang up on those whose turn it is not, and they would have to connect anew.
server.keepAliveTimeout = 600_000;

answerCommands({
  async listen() {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },
  /** How many different callbacks came to that path, with a signature. */
  async received(path: string) {
    return received.get(path)?.size ?? 0;
  },
});
