import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net, { type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attemptInProcess, CERTIFICATES } from '../../support/attempt-in-process.ts';
import { BOMBS, type Bomb, TIMEOUT_MS } from './bombs.ts';

const MAX_GROWTH_BYTES = 30 * 1024 * 1024;

interface Receiver {
  readonly port: number;
  /** Connections so far: more than one would be a second request. */
  readonly connections: () => number;
  close(): void;
}

const pem = (name: string) => readFileSync(join(CERTIFICATES, `${name}.pem`));

/** A receiver of raw bytes on loopback. */
async function listen({ serve, certificate }: Pick<Bomb, 'serve' | 'certificate'>): Promise<Receiver> {
  const sockets = new Set<Socket>();
  const onConnection = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('data', () => serve(socket));
  };
  const server =
    certificate === undefined
      ? net.createServer({ allowHalfOpen: true }, onConnection)
      : tls.createServer({ cert: pem(certificate), key: pem('receiver-key') }, onConnection);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, connections: () => connections, close };
}

const well = (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
let wellBehaved: readonly Receiver[];
let warmUps: readonly string[];
beforeAll(async () => {
  const plain = await listen({ serve: well });
  const secure = await listen({ serve: well, certificate: 'receiver' });
  wellBehaved = [plain, secure];
  warmUps = [`http://127.0.0.1:${plain.port}/`, `https://127.0.0.1:${secure.port}/`];
});

const table: { bomb: string; 'ended after': string; memory: string; outcome: string }[] = [];
afterAll(() => {
  for (const receiver of wellBehaved) receiver.close();
  console.table(table);
});

describe('a callback to a receiver that does harm ends in time, costs little, and is what its status line says', () => {
  it.concurrent.each(BOMBS)('$kind', async (bomb) => {
    const { kind, host = '127.0.0.1', certificate, outcome, withinMs, bodyBytes = 10 } = bomb;
    const receiver = await listen(bomb);
    const scheme = bomb.scheme ?? (certificate === undefined ? 'http' : 'https');
    const url = `${scheme}://${host}:${receiver.port}/hook`;
    const { answer, tookMs, grownBytes } = await attemptInProcess({
      url,
      timeoutMs: TIMEOUT_MS,
      bodyBytes,
      warmUps,
    });
    receiver.close();
    const told = Object.entries(answer.outcome).map(([key, value]) =>
      key === 'kind' ? value : `${key} ${value}`,
    );
    table.push({
      bomb: kind,
      'ended after': `${Math.round(tookMs)} ms`,
      memory: `${(grownBytes / 1024 / 1024).toFixed(1)} MB`,
      outcome: told.join(', '),
    });

    expect(answer.outcome).toEqual(outcome);
    expect(tookMs).toBeLessThan(withinMs);
    expect(grownBytes).toBeLessThan(MAX_GROWTH_BYTES);
    expect(receiver.connections()).toBeLessThanOrEqual(1);
    expect(Buffer.byteLength(answer.excerpt ?? '')).toBeLessThanOrEqual(600);
  });
});
