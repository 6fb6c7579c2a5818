import { readdirSync, readFileSync } from 'node:fs';
import { CAN_TELL_CPU, parseStat } from './cpu.ts';

const DELIVER = 'deliver';

/** What the threads of a local stack are for, by the names that Node and the stack give them. */
const PARTS: readonly (readonly [part: string, name: RegExp])[] = [
  [DELIVER, /^PipelineDeliver/],
  ['garbage collection and compiling', /^V8Worker/],
  ['LevelDB and other files', /^libuv-worker/],
];
const ENGINES = 'engines and poller';

/** CPU time in milliseconds, by part; nothing where it cannot be told. */
export type Parts = Readonly<Record<string, number>>;

/** What each part of a process has used so far. */
export function partsOf(pid: number): Parts {
  if (!CAN_TELL_CPU) return {};
  const parts: Record<string, number> = {};
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const text = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
    const part = partNamed(name);
    parts[part] = (parts[part] ?? 0) + parseStat(text).ownMs;
  }
  return parts;
}

export function partNamed(threadName: string): string {
  return PARTS.find(([, name]) => name.test(threadName))?.[0] ?? ENGINES;
}

/** What each part has used in between, for each of so many callbacks. */
export function usedBetween(before: Parts, after: Parts, callbacks: number): Parts {
  return Object.fromEntries(
    Object.entries(after).map(([part, ms]) => [part, Math.max(0, ms - (before[part] ?? 0)) / callbacks]),
  );
}

/** What each part has used in the mean: a turn is short beside the ticks in which CPU time is told. */
export function meanOf(turns: readonly Parts[]): Parts {
  const names = new Set(turns.flatMap((parts) => Object.keys(parts)));
  const mean = (name: string) => turns.reduce((sum, parts) => sum + (parts[name] ?? 0), 0) / turns.length;
  return Object.fromEntries([...names].map((name) => [name, Number(mean(name).toFixed(3))]));
}
