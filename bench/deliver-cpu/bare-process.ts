/** Program: POSTs what deliver has sent, over connections that are kept, and does nothing besides. */
import { Agent, request } from 'node:http';
import { BATCH_SIZE, serveRounds } from './posts.ts';

const [url = ''] = process.argv.slice(2);

const answer = await fetch(`${url}/first`);
const { headers, body } = (await answer.json()) as { headers: Record<string, string>; body: string };
const { host: _host, connection: _connection, ...own } = headers;
const agent = new Agent({ keepAlive: true });
const target = new URL(`${url}/hook`);

function post(): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(target, { method: 'POST', agent, headers: own }, (reply) => {
      if (reply.statusCode !== 204) reject(new Error(`the receiver answered ${reply.statusCode}`));
      reply.on('end', resolve).resume();
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

serveRounds(async () => {
  await Promise.all(Array.from({ length: BATCH_SIZE }, post));
});
