import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Counts } from './counts.ts';
import type { Seed } from './seed.ts';

/** A stub engine in a process of its own. */
export interface StubEngine {
  /** Endpoint of all three services: `AWS_ENDPOINT_URL`. */
  readonly url: string;
  /** What a queue is called by in `…_QUEUE_URL`. */
  queueUrl(name: string): string;
  /** Owes callbacks. */
  seed(seed: Seed): Promise<void>;
  counts(): Promise<Counts>;
  resetCounts(): Promise<void>;
  /** How many messages can be received, by the queues' names. */
  backlog(): Promise<Readonly<Record<string, number>>>;
  /** Resolves when its process has ended. */
  stop(): Promise<void>;
}

export async function startStubEngine(): Promise<StubEngine> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'stub-engine.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const told = once(createInterface(child.stdout), 'line');
  const [line] = await Promise.race([
    told,
    ended.then(([code]) =>
      Promise.reject(new Error(`the stub engine ended with ${code} before it listened`)),
    ),
  ]);
  const { url }: { url: string } = JSON.parse(line);

  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`the stub engine answered ${answer.status}: ${await answer.text()}`);
    return await answer.json();
  };

  return {
    url,
    queueUrl: (name) => `${url}/000000000000/${name}`,
    async seed(seed) {
      await ask('PUT', '/seed', seed);
    },
    counts: async () => (await ask('GET', '/counts')) as Counts,
    async resetCounts() {
      await ask('DELETE', '/counts');
    },
    backlog: async () => (await ask('GET', '/backlog')) as Record<string, number>,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
