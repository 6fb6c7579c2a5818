import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

const START = join(import.meta.dirname, '..', '..', 'local', 'start.ts');

/** Waits that a person would not mind: two more attempts, and what fails them is dead after four seconds. */
const SETTINGS = ['retrySchedule=1s,1s', 'deliveryDeadline=4s'];
const ENDS_WITHIN_MS = 10_000;

export interface RunningStack {
  /** As browsers are led there. */
  readonly url: string;
  /** Ends it and forgets what it kept. */
  stop(): Promise<void>;
}

/** `npm start` on any free port, with a state of its own. */
export async function startStack(): Promise<RunningStack> {
  const folder = mkdtempSync(join(tmpdir(), 'callback-completion-browser-'));
  const args = [START, ...SETTINGS.flatMap((setting) => ['-c', setting])];
  const child = spawn(process.execPath, args, {
    // So that the console says of it what a newcomer's says: the local stack in .local.
    cwd: folder,
    env: { ...process.env, PORT: '0', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const port = await Promise.race([
    portIn(child.stdout),
    exited.then(([code]) => {
      throw new Error(`the local stack ended with ${code} before it was ready`);
    }),
  ]);
  return {
    url: `http://localhost:${port}`,
    stop: async () => {
      child.kill('SIGINT');
      await Promise.race([exited, delay(ENDS_WITHIN_MS, undefined, { ref: false })]);
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Out of the banner; what comes after it is read and dropped, so that the stack is not held up. */
async function portIn(output: Readable): Promise<string> {
  let banner = '';
  const { promise, resolve } = Promise.withResolvers<string>();
  output.setEncoding('utf8').on('data', (text: string) => {
    banner += text;
    const [, port] = /http:\/\/localhost:(\d+)\/api\/tasks/.exec(banner) ?? [];
    if (port !== undefined) {
      banner = '';
      resolve(port);
    }
  });
  return promise;
}
