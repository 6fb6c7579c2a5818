import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

const ENDS_WITHIN_MS = 10_000;

export interface ChildProcess {
  /** What the pattern has found in what the process wrote first. */
  readonly match: RegExpExecArray;
  stop(): Promise<void>;
}

/** Starts a script of ours, and waits until it has written what the pattern looks for. */
export async function startScript(
  args: readonly string[],
  pattern: RegExp,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const match = await Promise.race([
    written(child, pattern),
    exited.then(([code]) => {
      throw new Error(`${args.join(' ')} ended with ${code} before it was ready`);
    }),
  ]);
  return {
    match,
    stop: async () => {
      child.kill('SIGINT');
      await Promise.race([exited, delay(ENDS_WITHIN_MS, undefined, { ref: false })]);
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** What comes after it is read and dropped, so that the process is not held up. */
function written(
  child: ChildProcessByStdio<null, Readable, null>,
  pattern: RegExp,
): Promise<RegExpExecArray> {
  const { promise, resolve } = Promise.withResolvers<RegExpExecArray>();
  let text = '';
  let isFound = false;
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    if (isFound) return;
    text += piece;
    const match = pattern.exec(text);
    if (match === null) return;
    isFound = true;
    resolve(match);
  });
  return promise;
}
