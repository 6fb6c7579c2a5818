import { fork } from 'node:child_process';
import { once } from 'node:events';
import { flushCompileCache } from 'node:module';
import type { LookupFunction } from 'node:net';
import { join } from 'node:path';
import { urlGuard } from '../../lambda/callback/guard.ts';
import { type CallbackAnswer, postCallback } from '../../lambda/callback/post.ts';
import { LOOPBACK } from './callback-rules.ts';

export const CERTIFICATES = join(import.meta.dirname, 'certificates');

interface Order {
  readonly url: string;
  readonly timeoutMs: number;
  /** Bytes of the callback's body. */
  readonly bodyBytes: number;
  /** Well-behaved receivers that are called first, so that what is measured is the bomb and no module's loading. */
  readonly warmUps: readonly string[];
  /** Environment of the process. Default: the authority's and Node's compile cache. */
  readonly env?: Readonly<Record<string, string>>;
}

/** One attempt at a callback, and what it cost the process. */
export interface MeasuredAttempt {
  readonly answer: CallbackAnswer;
  readonly tookMs: number;
  /** How far the resident memory rose above what it was before. */
  readonly grownBytes: number;
}

/** Makes an attempt in a process of its own, which trusts the authority of `CERTIFICATES`. */
export async function attemptInProcess(order: Order): Promise<MeasuredAttempt> {
  const child = fork(import.meta.filename, {
    execArgv: ['--expose-gc'],
    env: {
      NODE_EXTRA_CA_CERTS: join(CERTIFICATES, 'authority.pem'),
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      ...order.env,
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  try {
    child.send(order);
    const [measured] = await once(child, 'message');
    return measured;
  } finally {
    child.kill();
  }
}

/** Every name is this machine; but that of one, DNS never answers. */
const resolve: LookupFunction = (name, _options, done) => {
  if (name === 'never-resolves.example') return;
  setImmediate(() => done(null, [{ address: '127.0.0.1', family: 4 }]));
};

async function measure({ url, timeoutMs, bodyBytes, warmUps }: Order): Promise<MeasuredAttempt> {
  const guard = urlGuard(LOOPBACK, resolve);
  const post = (to: string, bytes: number) =>
    postCallback(
      { url: to, headers: { 'content-type': 'application/json' }, body: 'x'.repeat(bytes) },
      { timeoutMs, guard, now: () => 1_764_000_000_000 },
    );
  for (const warmUp of warmUps) await post(warmUp, 10);
  global.gc?.();
  const before = process.memoryUsage.rss();
  let highest = before;
  const look = () => {
    highest = Math.max(highest, process.memoryUsage.rss());
  };
  const looking = setInterval(look, 5);
  const startedAtMs = performance.now();
  const answer = await post(url, bodyBytes);
  const tookMs = performance.now() - startedAtMs;
  clearInterval(looking);
  look();
  return { answer, tookMs, grownBytes: highest - before };
}

if (process.argv[1] === import.meta.filename) {
  process.once('message', async (order: Order) => {
    const measured = await measure(order);
    // The process is killed, which writes nothing.
    flushCompileCache();
    process.send?.(measured);
  });
}
