import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type BenchProgram, notMeasured, QUICK_LIMIT_MINUTES } from './programs.ts';
import { type BenchResult, benchResult } from './result.ts';

/** Between asking a program to end and ending it with all that it started. */
const GRACE_MS = 10_000;

export interface Ran {
  readonly result: BenchResult;
  /** Why there are no figures; undefined where it ended as it should. */
  readonly failure: string | undefined;
}

export interface RunSettings {
  readonly isQuick: boolean;
  /** Ends the program. */
  readonly stopping: AbortSignal;

  /**
   * Where programs lie, each in a folder that is called as it is.
   *
   * @default - this one
   */
  readonly folder?: string;
}

/** Runs a program in a process of its own, and takes what it found; never rejects. */
export async function runProgram(program: BenchProgram, settings: RunSettings): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-result-'));
  const file = join(folder, 'result.json');
  try {
    const failure = await run(program, file, settings);
    if (failure !== undefined) return failed(program, failure);
    if (!existsSync(file)) return failed(program, 'it wrote no result');
    return { result: JSON.parse(readFileSync(file, 'utf8')) as BenchResult, failure };
  } catch (error) {
    return failed(program, String(error));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns why it did not end as it should */
async function run(
  { name, limitMinutes }: BenchProgram,
  jsonFile: string,
  { isQuick, stopping, folder = import.meta.dirname }: RunSettings,
): Promise<string | undefined> {
  const script = join(folder, name, `${name}.ts`);
  if (!existsSync(script)) return `there is no bench/${name}/${name}.ts`;
  const minutes = isQuick ? QUICK_LIMIT_MINUTES : limitMinutes;
  // A group of its own, so that what it started ends with it. What it prints for people is told at the end.
  const child = spawn(process.execPath, [script, ...(isQuick ? ['--quick'] : []), '--json', jsonFile], {
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  });
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  const over = new AbortController();
  const isOver = { signal: over.signal };
  const first = await Promise.race([
    exited,
    delay(minutes * 60_000, `it did not end within ${minutes} minutes`, isOver).catch(() => ''),
    once(stopping, 'abort', isOver).then(
      () => 'the run was stopped',
      () => '',
    ),
  ]).finally(() => over.abort());
  if (typeof first === 'string') {
    endGroup(child.pid, 'SIGTERM');
    await Promise.race([exited, delay(GRACE_MS, undefined, { ref: false })]);
  }
  endGroup(child.pid, 'SIGKILL');
  if (typeof first === 'string') return first;
  const [code, signal] = first;
  return code === 0 ? undefined : `it ended with ${signal ?? code}`;
}

function endGroup(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}

function failed(program: BenchProgram, why: string): Ran {
  return { result: benchResult(program.name, notMeasured(program, why), [], {}), failure: why };
}
