import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TracedCall } from './trace.ts';

const CLI = resolve(import.meta.dirname, '../../cli/main.ts');
const TRACE = join(import.meta.dirname, 'trace.ts');

const STARTS_WITHIN_MS = 120_000;
const ENDS_WITHIN_MS = 10_000;

export interface TracedStack {
  /** Of the API, without a trailing slash. */
  readonly url: string;
  /** What its servers have answered since they were asked last. */
  takeCalls(): TracedCall[];
  stop(): Promise<void>;
}

/** `npm start` as everybody has it, on any free port and with a state of its own, and with an ear at its servers. */
export async function startTracedStack(): Promise<TracedStack> {
  const state = mkdtempSync(join(tmpdir(), 'callback-completion-latency-'));
  const child = spawn(process.execPath, ['--import', TRACE, CLI, 'start', '--state', state], {
    env: { ...process.env, PORT: '0', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  let calls: TracedCall[] = [];
  child.on('message', (call: TracedCall) => calls.push(call));
  const stop = async () => {
    child.kill('SIGINT');
    await Promise.race([exited, delay(ENDS_WITHIN_MS, undefined, { ref: false })]);
    child.kill('SIGKILL');
    await exited;
    rmSync(state, { recursive: true, force: true });
  };

  let output = '';
  const url = new Promise<string>((found) => {
    // What comes after it is read and dropped, so that the stack is not held up.
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (output.length > 10_000) return;
      output += text;
      const [, port] = /POST http:\/\/localhost:(\d+)\/api\/tasks/.exec(output) ?? [];
      if (port !== undefined) found(`http://127.0.0.1:${port}`);
    });
  });
  const started = await Promise.race([
    url,
    exited.then(() => undefined),
    delay(STARTS_WITHIN_MS, undefined, { ref: false }),
  ]);
  if (started === undefined) {
    await stop();
    throw new Error(`npm start was not ready within ${STARTS_WITHIN_MS / 1_000} s: ${output}`);
  }
  return {
    url: started,
    takeCalls: () => {
      const taken = calls;
      calls = [];
      return taken;
    },
    stop,
  };
}
