import { readdirSync, readFileSync } from 'node:fs';

const BYTES_PER_MB = 1024 * 1024;
/** Linux counts resident memory in pages; 4 KiB on every machine that this is likely to run on. */
const PAGE_BYTES = 4096;

/** A process as far as the tree needs it. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parentPid: number;
  readonly residentBytes: number;
}

/** Memory of a process and of all that it started, directly or not. */
export interface TreeMemory {
  readonly residentMb: number;
  readonly processes: number;
}

/**
 * Adds up the resident memory of a process and its descendants. Pages that processes share count once for each.
 *
 * @param rootPid the process that the tree begins with
 * @param all every process of the machine
 */
export function treeMemory(rootPid: number, all: readonly ProcessFacts[]): TreeMemory {
  const children = Map.groupBy(all, ({ parentPid }) => parentPid);
  const root = all.filter(({ pid }) => pid === rootPid);
  let [residentBytes, processes] = [0, 0];
  for (let level = root; level.length > 0; level = level.flatMap(({ pid }) => children.get(pid) ?? [])) {
    for (const process of level) residentBytes += process.residentBytes;
    processes += level.length;
  }
  return { residentMb: residentBytes / BYTES_PER_MB, processes };
}

/** Reads every process of the machine from /proc. Processes that end meanwhile are left out. */
export function readProcesses(): ProcessFacts[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const facts = processFacts(readFileSync(`/proc/${name}/stat`, 'utf8'));
      return [facts];
    } catch {
      return [];
    }
  });
}

/** @param stat content of `/proc/<pid>/stat` */
export function processFacts(stat: string): ProcessFacts {
  // The command stands in parentheses and can hold spaces and parentheses of its own.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pid: Number.parseInt(stat, 10),
    parentPid: Number(fields[1]),
    residentBytes: Number(fields[21]) * PAGE_BYTES,
  };
}
