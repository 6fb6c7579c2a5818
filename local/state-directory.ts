import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine } from '../package/command-name.ts';

export class StateDirectoryInUseError extends Error {
  override readonly name = 'StateDirectoryInUseError';

  constructor(directory: string, pid: number) {
    super(
      `${directory} is in use by another local stack (process ${pid}). Stop that one, or give this one a folder of its own: ${commandLine('start', '--state DIR')}`,
    );
  }
}

/** Where the local stack keeps what must outlive it. One process at a time. */
export class StateDirectory {
  readonly path: string;
  readonly #lockFile: string;

  /**
   * Makes the folder if need be, closes it to all but its owner, and takes its lock. A lock whose process is gone does not count.
   *
   * @throws StateDirectoryInUseError
   */
  constructor(path: string) {
    this.path = path;
    this.#lockFile = join(path, 'lock');
    makePrivate(path);
    const holder = readHolder(this.#lockFile);
    if (holder !== undefined && isRunning(holder)) throw new StateDirectoryInUseError(path, holder.pid);
    rmSync(this.#lockFile, { force: true });
    try {
      // Fails if another process took the lock since it was read.
      writeFileSync(this.#lockFile, JSON.stringify(self()), { flag: 'wx' });
    } catch (error) {
      const winner = readHolder(this.#lockFile);
      if (winner !== undefined) throw new StateDirectoryInUseError(path, winner.pid);
      throw error;
    }
  }

  file(name: string): string {
    return join(this.path, name);
  }

  release(): void {
    rmSync(this.#lockFile, { force: true });
  }
}

/** What tasks were given and what came of them lies there, for its owner alone to read. */
function makePrivate(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const { mode } = statSync(path);
  // One made by an earlier version, or by hand. A folder that all may write to and none may clear is a shared one, as
  // /tmp is: closing that would lock others out.
  const isShared = (mode & 0o1000) !== 0;
  if (!isShared && (mode & 0o077) !== 0) chmodSync(path, mode & 0o700);
}

interface Holder {
  readonly pid: number;
  /** Tells two processes apart that had the same id one after the other; null where it cannot be told. */
  readonly startedAt: string | null;
}

function self(): Holder {
  return { pid: process.pid, startedAt: startOf(process.pid) };
}

function readHolder(file: string): Holder | undefined {
  try {
    const { pid, startedAt } = JSON.parse(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return holder.startedAt === startOf(holder.pid);
}

/**
 * Linux: clock tick since boot at which the process started. None for one that has ended and is only listed still,
 * until its parent asks after it: in a container whose first process is no init that may be for good.
 */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command, second of the fields, stands in parentheses and may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    return state === 'Z' || state === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
