import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { LATENCY } from '../scale/assumptions.ts';

/** The time until a receiver answers a callback, in milliseconds. */
export const RECEIVER_MS = 100;

/** How long each of AWS's operations takes, network and all. */
export function latencyMs(target: string): number {
  if (target.startsWith('AmazonSQS')) return LATENCY.sqsCallMs;
  return /Get|Query/.test(target) ? LATENCY.ledgerReadMs : LATENCY.ledgerWriteMs;
}

export interface Loopback {
  readonly url: string;
  stop(): void;
}

/** Stands before the stub engine and keeps each answer back for as long as it would take on AWS. */
export async function farAway(engine: string): Promise<Loopback> {
  const { hostname, port } = new URL(engine);
  return await listening(async (incoming, answer) => {
    const beganMs = performance.now();
    const { headers } = incoming;
    const body = await buffer(incoming);
    const outgoing = request({ hostname, port, method: 'POST', headers }, async (reply) => {
      const bytes = await buffer(reply);
      const goneMs = performance.now() - beganMs;
      await delay(Math.max(0, latencyMs(String(headers['x-amz-target'])) - goneMs));
      answer.writeHead(reply.statusCode ?? 502, reply.headers).end(bytes);
    });
    outgoing.on('error', () => incoming.socket.destroy());
    outgoing.end(body);
  });
}

/** Where callbacks go: answers 200 after a while. */
export async function receiver(): Promise<Loopback> {
  return await listening(async (incoming, answer) => {
    await Promise.all([buffer(incoming), delay(RECEIVER_MS)]);
    answer.writeHead(200).end();
  });
}

async function listening(serve: Parameters<typeof createServer>[1]): Promise<Loopback> {
  const server = createServer(serve as never);
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
