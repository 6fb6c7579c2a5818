import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type OwnedServer, ownFolder, startOwned } from '../../../bench/peers/owned-server.ts';

/** Starts a shell script as a server, which makes the file `listens` once it does. */
async function started(script: string): Promise<{ readonly server: OwnedServer; readonly folder: string }> {
  const folder = ownFolder('test');
  const listensAt = join(folder, 'listens');
  const server = await startOwned({
    command: ['/bin/sh', '-c', script],
    folder,
    version: 'Shell 1',
    socket: listensAt,
    listensAt,
    endBy: 'SIGTERM',
  });
  return { server, folder };
}

/** @returns whether there is a process of that id */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("a server of the bench's own", () => {
  it('is ended by its id, and its folder removed', async () => {
    const { server, folder } = await started('touch listens; exec sleep 600');
    await server.stop();

    expect(isAlive(server.pid)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  it('that a signal has ended before is stopped all the same', async () => {
    const { server, folder } = await started('touch listens; exec sleep 600');
    process.kill(server.pid, 'SIGKILL');
    while (isAlive(server.pid)) await delay(5);
    // Until this process, too, has been told of it.
    await delay(100);
    await server.stop();

    expect(existsSync(folder)).toBe(false);
  });

  it('that a signal ends before it listens did not start', async () => {
    await expect(started('kill -KILL $$')).rejects.toThrow('/bin/sh did not start');
  });

  it('that ends by itself before it listens did not start', async () => {
    await expect(started('exit 1')).rejects.toThrow('/bin/sh did not start');
  });
});
