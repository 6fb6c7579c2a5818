import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const REPOSITORY = join(import.meta.dirname, '..');
const WITHIN_MS = 300_000;

/** What callbacks are signed with. */
export async function signingSecret(stateDirectory: string): Promise<string> {
  return (await ops(['secret', 'show'], stateDirectory)).current as string;
}

/** Sends everything in the dead-letter queue again; tells how many messages that were. */
export async function redriveAll(stateDirectory: string): Promise<number> {
  return (await ops(['dlq', 'redrive', '--yes'], stateDirectory)).redriven as number;
}

/**
 * What an operator does: `npm run ops -- … --state DIR --json`, in a process of its own.
 *
 * @returns what it printed, parsed
 * @throws Error with what it complained of
 */
async function ops(
  args: readonly string[],
  stateDirectory: string,
): Promise<Readonly<Record<string, unknown>>> {
  const program = join(REPOSITORY, 'cli', 'main.ts');
  const child = spawn(process.execPath, [program, 'ops', ...args, '--state', stateDirectory, '--json'], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: WITHIN_MS,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  const [how, output, complaint] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (how !== 0) throw new Error(`ops ${args.join(' ')} ended with ${how}: ${complaint.trim()}`);
  return JSON.parse(output);
}
