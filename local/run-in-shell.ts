import { type ChildProcess, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

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
      shell.once('close', resolve);
    });
    const [code, stdout, stderr] = await Promise.all([exited, text(shell.stdout), text(shell.stderr)]);
    signal?.throwIfAborted();
    return { code, stdout, stderr };
  } finally {
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
