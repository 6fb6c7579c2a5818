/**
 * Program: DynamoDB, SQS and Secrets Manager at one port of this machine, with as little work as can be, so that what
 * is measured is who calls. It judges no condition: where those matter, the embedded engines are asked.
 *
 * It prints `{"url":"http://127.0.0.1:…"}` and ends with its input, hence with the process that started it.
 * `GET /counts` tells what was asked of it, `DELETE /counts` sets that back, `PUT /seed` owes callbacks.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter } from './counts.ts';
import { StubDynamodb } from './dynamodb.ts';
import { type Seed, seededMessage } from './seed.ts';
import { StubSqs } from './sqs.ts';

const SECRET = { SecretString: JSON.stringify({ current: 'bench'.repeat(12) }) };

const counter = new Counter();
const dynamodb = new StubDynamodb(counter);
const sqs = new StubSqs(counter);

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    try {
      const text = String(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
      const target = request.headers['x-amz-target'];
      if (typeof target === 'string') await serve(target, text, response);
      else administer(request, text, response);
    } catch (error) {
      reply(response, 500, { __type: 'InternalFailure', message: String(error) });
    }
  });
});
// Kept as long as the callers keep theirs: a connection that is closed under a request would cost a second one.
server.keepAliveTimeout = 600_000;
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
process.stdin.on('end', () => process.exit()).resume();

async function serve(target: string, text: string, response: ServerResponse): Promise<void> {
  const [prefix = '', operation = ''] = target.split('.');
  const input = JSON.parse(text);
  const [service, answer] = await answerOf(prefix, operation, input);
  if (answer === undefined) {
    reply(response, 400, { __type: 'UnknownOperationException', message: `the stub knows no ${target}` });
    return;
  }
  counter.call(`${service}.${operation}`, itemsIn(input));
  reply(response, 200, answer);
}

async function answerOf(prefix: string, operation: string, input: object) {
  if (prefix === 'DynamoDB_20120810') return ['DynamoDB', dynamodb.answer(operation, input)] as const;
  if (prefix === 'AmazonSQS') return ['SQS', await sqs.answer(operation, input)] as const;
  return ['SecretsManager', operation === 'GetSecretValue' ? SECRET : undefined] as const;
}

/** How many items or messages a call is about. */
function itemsIn(input: { Entries?: readonly unknown[]; RequestItems?: Record<string, unknown> }): number {
  if (input.Entries !== undefined) return input.Entries.length;
  if (input.RequestItems === undefined) return 1;
  return Object.values(input.RequestItems)
    .map((table) => (Array.isArray(table) ? table : (table as { Keys: readonly unknown[] }).Keys).length)
    .reduce((sum, count) => sum + count, 0);
}

function administer({ method, url }: IncomingMessage, text: string, response: ServerResponse): void {
  const answer = administered(`${method} ${url}`, text);
  reply(response, answer === undefined ? 404 : 200, answer ?? { message: `there is no ${method} ${url}` });
}

function administered(route: string, text: string): object | undefined {
  switch (route) {
    case 'GET /counts':
      return counter;
    case 'DELETE /counts':
      counter.reset();
      return {};
    case 'GET /backlog':
      return sqs.backlog;
    case 'PUT /seed':
      owe(JSON.parse(text));
      return {};
    default:
      return undefined;
  }
}

function owe(seed: Seed): void {
  dynamodb.seed(seed);
  const { from = 0, tasks, queue } = seed;
  if (queue === undefined) return;
  for (let number = from; number < from + tasks; number += 1) sqs.put(queue, seededMessage(number));
}

function reply(response: ServerResponse, status: number, value: object): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': body.length,
    'x-amzn-requestid': '00000000-0000-4000-8000-000000000000',
  });
  response.end(body);
}
