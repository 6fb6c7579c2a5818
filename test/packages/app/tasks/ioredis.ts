import type { Socket } from 'node:net';
import { defineTask, type Run } from 'callback-completion/task';
import { Redis } from 'ioredis';
import * as z from 'zod/mini';
import { withSocketService } from '../work/loopback-server.ts';

export const definition = defineTask({ input: z.strictObject({ key: z.string() }) });

/** Connects and reads a key. */
export const run: Run<typeof definition> = async ({ key }) =>
  await withSocketService(serveRedis, async (port) => {
    const redis = new Redis({ host: '127.0.0.1', port, lazyConnect: true, enableReadyCheck: false });
    await redis.connect();
    const value = await redis.get(key);
    redis.disconnect();
    return { value };
  });

/** Answers GET with `hello`, and everything else with OK. */
function serveRedis(socket: Socket): void {
  socket.on('data', (received) => {
    for (const command of received.toString().match(/\*\d+\r\n\$\d+\r\n\w+/g) ?? []) {
      socket.write(/get$/i.test(command) ? '$5\r\nhello\r\n' : '+OK\r\n');
    }
  });
}
