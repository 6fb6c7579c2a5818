import { join } from 'node:path';
import type { NoServer, OwnedServer } from '../peers/owned-server.ts';
import { installPeers, peerVersion } from '../peers/packages.ts';
import { startPostgres } from '../peers/postgres.ts';
import { startRedis } from '../peers/redis.ts';
import { startStubEngine } from '../stub-engine/start.ts';
import { startProcess } from './process.ts';
import { drainTogether, type Missing, type Side } from './side.ts';

/** What each side has under way at once at most: two workers with ten callbacks each. */
export const WORKERS = 2;
export const CALLBACKS_EACH = 10;

export interface SideRequest {
  /** Of the receiver, without a trailing slash. */
  readonly receiverUrl: string;
  /** How many callbacks are owed from the start. */
  readonly owed: number;
  /** What the app's synthesis has made: the template and the bundles. */
  readonly assembly: string;
  /** An empty folder. */
  readonly state: string;
}

/** Deliver on the engines of `npm start`. */
export async function ours({ receiverUrl, owed, assembly, state }: SideRequest): Promise<Side> {
  const path = '/ours';
  const program = join(import.meta.dirname, 'ours-process.ts');
  const variables = { ASSEMBLY: assembly, STATE: state, CALLBACK_URL: receiverUrl + path };
  const process = startProcess(program, variables);
  await process.ask('owe', owed);
  return {
    name: 'ours',
    engine: 'dynalite and fauxqs, JavaScript in the same process; written before the answer, not flushed',
    path,
    pids: [process.pid],
    stackPid: process.pid,
    drain: (count) => process.ask('drain', count),
    stop: () => process.stop(),
  };
}

/** Deliver alone: what it asks of AWS is answered at once by a stub, whose CPU time does not count. */
export async function oursOnStub({ receiverUrl, owed, assembly }: SideRequest): Promise<Side> {
  const path = '/stub';
  const stub = await startStubEngine();
  await stub.seed({ tasks: owed, callbackUrl: receiverUrl + path });
  const process = startProcess(join(import.meta.dirname, 'stub-process.ts'), {
    ASSEMBLY: assembly,
    STUB_URL: stub.url,
  });
  return {
    name: 'ours on a stub',
    engine: 'a stub that keeps nothing on disk; its CPU time is not counted',
    path,
    pids: [process.pid],
    drain: (count) => process.ask('drain', count),
    async stop() {
      await process.stop();
      await stub.stop();
    },
  };
}

export async function bullMq(request: SideRequest): Promise<Side | Missing> {
  return await peer(request, {
    name: 'BullMQ',
    package: 'bullmq',
    program: 'bullmq-process.ts',
    start: startRedis,
    kept: 'each change written to its file before the answer, flushed once a second',
  });
}

export async function pgBoss(request: SideRequest): Promise<Side | Missing> {
  return await peer(request, {
    name: 'pg-boss',
    package: 'pg-boss',
    program: 'pg-boss-process.ts',
    start: startPostgres,
    kept: 'each commit flushed before the answer',
  });
}

interface Peer {
  readonly name: string;
  readonly package: string;
  readonly program: string;
  readonly start: () => Promise<OwnedServer | NoServer>;
  readonly kept: string;
}

async function peer({ receiverUrl, owed }: SideRequest, peer: Peer): Promise<Side | Missing> {
  const { name, program, start, kept } = peer;
  const notInstalled = installPeers();
  if (notInstalled !== undefined) return { name, left_out: notInstalled };
  const server = await start();
  if ('leftOut' in server) return { name, left_out: server.leftOut };
  const path = `/${peer.package}`;
  const variables = {
    SERVER: server.socket,
    CALLBACK_URL: receiverUrl + path,
    CONCURRENCY: String(CALLBACKS_EACH),
  };
  const file = join(import.meta.dirname, '../peers', program);
  const workers = Array.from({ length: WORKERS }, () => startProcess(file, variables));
  const stop = async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await server.stop();
  };
  try {
    await workers[0]?.ask('owe', { from: 0, count: owed });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name,
    engine: `${name} ${peerVersion(peer.package)} on ${server.version}; ${kept}`,
    path,
    pids: [server.pid, ...workers.map(({ pid }) => pid)],
    drain: (count) => drainTogether(workers, count),
    stop,
  };
}
