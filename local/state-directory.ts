import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commandLine } from '../package/command-name.ts';
import { UserError } from './user-error.ts';

const GIVE_ANOTHER = `Give the local stack a folder of its own: ${commandLine('start', '--state DIR')}`;

/** A path that cannot be the state folder. Nothing was changed there. The message states what to do. */
export class StateDirectoryError extends UserError {
  override readonly name = 'StateDirectoryError';
}

export class StateDirectoryInUseError extends UserError {
  override readonly name = 'StateDirectoryInUseError';

  constructor(directory: string, pid: number) {
    super(
      `${directory} is in use by another local stack (process ${pid}). Stop that one, or give this one a folder of its own: ${commandLine('start', '--state DIR')}`,
    );
  }
}

/** Names of what the local stack itself puts into its folder. */
const OWN_FILES = new Set([
  'cdk.out',
  'code-cache',
  'endpoints.json',
  'inbox-responses.json',
  'inbox.jsonl',
  'ledger',
  'lock',
  'pipelines',
  's3',
  'secrets.json',
  'version.json',
]);

/** Where the local stack keeps what must outlive it. One process at a time. */
export class StateDirectory {
  readonly path: string;
  readonly #lockFile: string;

  /**
   * Makes the folder if need be, closes it to all but its owner, and takes its lock. A lock whose process is gone does not count.
   *
   * @throws StateDirectoryError if the path is a file, holds something else or cannot be written to
   * @throws StateDirectoryInUseError
   */
  constructor(path: string) {
    this.path = path;
    this.#lockFile = join(path, 'lock');
    try {
      refuseForeign(path);
      makePrivate(path);
      this.#lock();
    } catch (error) {
      throw explained(path, error);
    }
  }

  /**
   * Returns the path of a file or folder that belongs to one pipeline. Its folder is made if it does not exist.
   *
   * @param pipeline name of the pipeline: `Shop/Callbacks`
   */
  pipelineFile(pipeline: string, name: string): string {
    const folder = this.file(join('pipelines', folderName(pipeline)));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return join(folder, name);
  }

  #lock(): void {
    const path = this.path;
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

/** Names differ if and only if the pipelines' names do, also with characters that are special in paths. */
function folderName(pipeline: string): string {
  return pipeline
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll('.', '%2E').replaceAll('*', '%2A'))
    .join('.');
}

/** A folder with something else in it is somebody's: it must not be closed to others or written to. */
function refuseForeign(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isDirectory()) throw new StateDirectoryError(`${path} is not a folder. ${GIVE_ANOTHER}`);
  if (isMarked(path)) return;
  const foreign = readdirSync(path).find((name) => !OWN_FILES.has(name.replace(/\.new$/, '')));
  if (foreign === undefined) return;
  throw new StateDirectoryError(
    `${path} holds files of something else, ${foreign} for one. Nothing in it was changed. ${GIVE_ANOTHER}`,
  );
}

/** Whether the local stack has marked the folder as its own. */
function isMarked(path: string): boolean {
  try {
    const { format, version } = JSON.parse(readFileSync(join(path, 'version.json'), 'utf8'));
    return Number.isInteger(format) && typeof version === 'string';
  } catch {
    return false;
  }
}

/** What the system refuses, in one sentence; other errors as they are. */
function explained(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const why = REASONS[code] ?? code;
  return new StateDirectoryError(`${path} cannot be the state folder: ${why}. ${GIVE_ANOTHER}`);
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'you have no permission to write there (EACCES)',
  EPERM: 'you have no permission to write there (EPERM)',
  EROFS: 'its disk is read-only (EROFS)',
  ENOSPC: 'its disk is full (ENOSPC)',
  EEXIST: 'a part of the path is a file (EEXIST)',
  ENOTDIR: 'a part of the path is a file (ENOTDIR)',
  ENOENT: 'no folder can be made there (ENOENT)',
};

/** What tasks were given and what came of them lies there, for its owner alone to read. */
function makePrivate(path: string): void {
  makeFolder(path);
  const { mode } = statSync(path);
  // One made by an earlier version, or by hand. A folder that all may write to and none may clear is a shared one, as
  // /tmp is: closing that would lock others out.
  const isShared = (mode & 0o1000) !== 0;
  if (!isShared && (mode & 0o077) !== 0) chmodSync(path, mode & 0o700);
}

/** Not `mkdir` with `recursive`, which never returns for some folders that the system makes itself, as below /proc. */
function makeFolder(path: string): void {
  const isFolder = () => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder()) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it since.
    if (!isFolder()) throw error;
  }
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
