import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import {
  endedWithUs,
  firstLineOf,
  installDebian,
  type NoServer,
  type OwnedServer,
  ownFolder,
  startOwned,
} from './owned-server.ts';

/**
 * Debian has the server's program twice: as `redis-server`, in a package that also starts a service which nobody
 * asked for, and in `redis-tools`, under the name of another task. What it is called by decides what it does.
 */
const FROM_TOOLS = '/usr/bin/redis-check-rdb';
const PLACES = [
  '/usr/bin/redis-server',
  '/usr/local/bin/redis-server',
  '/opt/homebrew/bin/redis-server',
  FROM_TOOLS,
];

/** A Redis that writes each change to its file before it answers, and has the disk take it once a second. */
export async function startRedis(): Promise<OwnedServer | NoServer> {
  const installed = () => PLACES.find((place) => existsSync(place));
  if (installed() === undefined) installDebian('redis-tools');
  const place = installed();
  if (place === undefined) {
    return { leftOut: 'there is no Redis here: install it, or run as root on Debian' };
  }
  const folder = ownFolder('redis');
  const program = join(folder, 'redis-server');
  symlinkSync(place, program);
  const [, version = ''] = /v=(\S+)/.exec(firstLineOf(program, ['--version']) ?? '') ?? [];
  const socket = join(folder, 'socket');
  const options = {
    '--port': '0',
    '--unixsocket': socket,
    '--dir': folder,
    '--save': '',
    '--appendonly': 'yes',
    '--appendfsync': 'everysec',
    '--maxmemory-policy': 'noeviction',
  };
  return await startOwned({
    command: endedWithUs([program, ...Object.entries(options).flat()]),
    folder,
    version: `Redis ${version}`,
    socket,
    listensAt: socket,
    endBy: 'SIGTERM',
  });
}
