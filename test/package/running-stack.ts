import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import type { ConsumerApp } from './consumer-app.ts';

const READY_WITHIN_MS = 120_000;

/** The app's local stack, started as its developer would. */
export interface RunningStack {
  /** Without a trailing slash. */
  readonly url: string;
  stop(): Promise<void>;
}

/** @throws Error with what the stack wrote, if it does not start */
export async function startStack(app: ConsumerApp): Promise<RunningStack> {
  const bin = join(app.folder, 'node_modules', '.bin');
  const child = spawn(join(bin, 'callback-completion'), ['start'], {
    cwd: app.folder,
    env: {
      ...process.env,
      PATH: [bin, join(process.execPath, '..'), process.env.PATH].join(delimiter),
      PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGINT');
    await exited;
  };
  let output = '';
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const onText = (chunk: Buffer) => {
    output += String(chunk);
    const url = /POST (http:\S+)\/api\/tasks/.exec(output)?.[1];
    if (url !== undefined) resolve(url);
  };
  child.stdout.on('data', onText);
  child.stderr.on('data', onText);
  child.once('exit', () => reject(new Error(`the local stack ended:\n${output}`)));
  const timer = setTimeout(
    () => reject(new Error(`the local stack was not ready within ${READY_WITHIN_MS} ms:\n${output}`)),
    READY_WITHIN_MS,
  );
  try {
    return { url: await promise, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
