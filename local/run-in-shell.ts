import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

export interface ShellSettings {
  readonly cwd: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Ends the shell and what it has started. */
  readonly signal: AbortSignal | undefined;
}

export interface ShellResult {
  /** Null if a signal ended the shell. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long output may arrive after the shell has ended, in milliseconds. */
const MAX_WAIT_FOR_OUTPUT_MS = 1_000;

/**
 * Runs a command in a shell and resolves when it has ended.
 *
 * @throws the signal's reason if the signal aborts
 */
export async function runInShell(command: string, { cwd, env, signal }: ShellSettings): Promise<ShellResult> {
  signal?.throwIfAborted();
  const shell = spawn(command, {
    shell: true,
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that all its processes can be ended.
    detached: process.platform !== 'win32',
  });
  const end = () => endGroup(shell);
  signal?.addEventListener('abort', end, { once: true });
  try {
    const exited = new Promise<number | null>((resolve, reject) => {
      shell.once('error', reject);
      shell.once('exit', resolve);
    });
    const closed = new Promise((resolve) => shell.once('close', resolve));
    const written = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      shell[stream].setEncoding('utf8').on('data', (chunk: string) => {
        written[stream] += chunk;
      });
    }
    const code = await exited;
    // A process that the command left behind keeps the pipes open.
    await Promise.race([closed, delay(MAX_WAIT_FOR_OUTPUT_MS, undefined, { ref: false })]);
    signal?.throwIfAborted();
    return { code, ...written };
  } finally {
    shell.stdout.destroy();
    shell.stderr.destroy();
    signal?.removeEventListener('abort', end);
  }
}

function endGroup(shell: ChildProcess): void {
  if (shell.pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(shell.pid), '/t', '/f'], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-shell.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
