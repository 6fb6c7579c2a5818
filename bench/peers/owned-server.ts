import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A server of this bench's own, at a socket in a folder of its own. */
export interface OwnedServer {
  readonly pid: number;
  /** What its clients connect to. */
  readonly socket: string;
  /** `Redis 7.0.15` */
  readonly version: string;
  /** Ends it by its id, and removes its folder. */
  stop(): Promise<void>;
}

/** Why there can be no such server here; what it would have shown is left out. */
export interface NoServer {
  readonly leftOut: string;
}

export function ownFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `callback-completion-${name}-`));
}

const APT_GET = '/usr/bin/apt-get';
const INSTALLED_WITHIN_MS = 180_000;
const STARTS_WITHIN_MS = 20_000;
const ENDS_WITHIN_MS = 10_000;

export interface ServerProgram {
  readonly command: readonly [string, ...string[]];
  readonly folder: string;
  readonly version: string;
  readonly socket: string;
  /** The file that is there once it listens. */
  readonly listensAt: string;
  readonly endBy: NodeJS.Signals;
}

export async function startOwned(program: ServerProgram): Promise<OwnedServer> {
  const { command, folder, version, socket, listensAt, endBy } = program;
  const [file, ...args] = command;
  // A group of its own: Ctrl-C is for its parent, which has its clients end first.
  const child = spawn(file, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (errors.length < 10_000) errors += text;
  });
  const stop = async () => {
    await end(child, endBy);
    rmSync(folder, { recursive: true, force: true });
  };
  child.once('error', (error) => {
    errors += error.message;
  });
  const untilMs = Date.now() + STARTS_WITHIN_MS;
  while (!existsSync(listensAt)) {
    if (hasEnded(child) || Date.now() > untilMs) {
      await stop();
      throw new Error(`${file} did not start: ${errors}`);
    }
    await delay(20);
  }
  return { pid: child.pid ?? 0, socket, version, stop };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  const tooLate = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
  await ended;
  clearTimeout(tooLate);
}

/** Also where it never began, or was ended by a signal, which leaves it without an exit code. */
function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

/** Whether this process may install packages and become other users. */
export const IS_ROOT = process.getuid?.() === 0;

/** The command, ended when this process is, however that ends. Only Linux has that. */
export function endedWithUs(command: readonly [string, ...string[]], user?: string): [string, ...string[]] {
  if (!existsSync('/usr/bin/setpriv')) return [...command];
  const become = user === undefined ? [] : [`--reuid=${user}`, `--regid=${user}`, '--clear-groups'];
  return ['/usr/bin/setpriv', ...become, '--pdeathsig', 'TERM', ...command];
}

/** The first line that a program tells about itself; undefined where there is no such program. */
export function firstLineOf(file: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0];
  } catch {
    return undefined;
  }
}

/** Installs Debian's package where that is possible; whether it was, is told by what is there afterwards. */
export function installDebian(name: string): void {
  if (!IS_ROOT || !existsSync(APT_GET)) return;
  process.stderr.write(`installing ${name}\n`);
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', name]]) {
    const { status } = spawnSync(APT_GET, ['-qq', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 2],
      timeout: INSTALLED_WITHIN_MS,
    });
    if (status !== 0) process.stderr.write(`apt-get ${args[0]} has failed\n`);
  }
}
