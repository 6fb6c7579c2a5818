import { readdirSync, readFileSync } from 'node:fs';

/** A clock tick of Linux's, in milliseconds: the hundredth of a second that all its usual builds have. */
const TICK_MS = 10;

/** One process, as `/proc/<pid>/stat` tells. */
export interface ProcessStat {
  readonly parent: number;
  /** Time that its threads have used, in user and kernel. */
  readonly ownMs: number;
  /** The same of its children that have ended and were waited for. */
  readonly endedChildrenMs: number;
}

/** @param text the one line of `/proc/<pid>/stat`; the name in it may hold anything, parentheses and blanks too */
export function parseStat(text: string): ProcessStat {
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent = 0] = fields;
  const [user = 0, kernel = 0, childrenUser = 0, childrenKernel = 0] = fields.slice(11, 15);
  return {
    parent,
    ownMs: (user + kernel) * TICK_MS,
    endedChildrenMs: (childrenUser + childrenKernel) * TICK_MS,
  };
}

/** Whether CPU time of other processes can be told here. */
export const CAN_TELL_CPU = process.platform === 'linux';

/**
 * CPU time that these processes and all their descendants have used so far, in milliseconds. A server that has a
 * process for each connection (PostgreSQL) is told whole by its first one. NaN where it cannot be told.
 */
export function cpuMs(roots: readonly number[]): number {
  if (!CAN_TELL_CPU) return Number.NaN;
  const stats = allProcesses();
  const isOurs = (pid: number): boolean => {
    if (roots.includes(pid)) return true;
    const parent = stats.get(pid)?.parent ?? 0;
    return parent > 0 && isOurs(parent);
  };
  return [...stats].reduce(
    (sum, [pid, { ownMs, endedChildrenMs }]) => sum + (isOurs(pid) ? ownMs + endedChildrenMs : 0),
    0,
  );
}

function allProcesses(): Map<number, ProcessStat> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(
    pids.flatMap((pid) => {
      try {
        return [[Number(pid), parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))] as const];
      } catch {
        return []; // ended meanwhile
      }
    }),
  );
}
