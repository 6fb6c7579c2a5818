import type { Row } from '../result.ts';
import { median, spread } from '../statistics.ts';
import { ratiosOf } from './ratios.ts';
import type { Missing, Turn } from './side.ts';

/** What one side did, in the middle of its turns. */
export interface SideFigures {
  readonly name: string;
  readonly perSecond: number;
  readonly perSecondSpread: string;
  /** NaN, in JSON null, where it cannot be told. */
  readonly cpuMsPerCallback: number;
}

export type Turns = ReadonlyMap<string, readonly Turn[]>;

const PEERS = ['BullMQ', 'pg-boss'];

/** What is compared with what, and why so. */
export const LIKE_FOR_LIKE = [
  'Like for like are the rows without a stub: each side keeps what is owed and what came of it in engines on this machine, records a callback before it acknowledges its message, and its CPU time counts, that of workers and of servers. The engines differ. Ours are those of `npm start`, which imitate DynamoDB and SQS in JavaScript and are made to be true, not fast; nobody deploys them. The others have the servers that are run in production.',
  'On AWS, DynamoDB and SQS take the place of ours, and are paid by the call. The rows with a stub tell what deliver itself can do when its engine costs nothing and keeps nothing: not like for like, for the others write to a disk meanwhile.',
  'Redis flushes once a second, which compares to dynalite: what was answered outlives the process, not the machine. PostgreSQL flushes each commit, which is more.',
  'The others have it easier in this: sockets of the file system, one signature in place of two, statements for a whole batch (pg-boss), and no check of the address that is called.',
];

/** Who is compared with the peers, and what is added to the target's name. */
const OURS = [
  { name: 'ours', named: '' },
  { name: 'ours on a stub', named: '; deliver alone, its engine a stub' },
];

/** Ours against each of the others: turn by turn, so that what slowed the machine down slowed both. */
export function rowsOf(turns: Turns, missing: readonly Missing[]): Row[] {
  return OURS.flatMap(({ name, named }) =>
    PEERS.map((peer) => {
      const ratios = ratiosOf(perSecondOf(turns.get(name)), perSecondOf(turns.get(peer)));
      const leftOut = missing.find((one) => one.name === peer)?.left_out;
      return {
        target: `drain of 20,000 owed callbacks, of a ${peer} worker${named}`,
        figure: ratios.length === 0 ? null : rounded(median(ratios), 3),
        unit: '×',
        comparison: 'at least',
        limit: 1,
        ...(ratios.length > 0 && { spread: spread(ratios, 2) }),
        ...(leftOut !== undefined && { left_out: leftOut }),
      };
    }),
  );
}

/** All sides side by side, for people and for plots. */
export function tableOf(turns: Turns): { readonly text: string; readonly sides: readonly SideFigures[] } {
  const sides = [...turns].map(([name, taken]) => ({
    name,
    perSecond: Math.round(median(perSecondOf(taken))),
    perSecondSpread: spread(perSecondOf(taken), 0),
    cpuMsPerCallback: rounded(median(taken.map(({ cpuMsPerCallback }) => cpuMsPerCallback)), 2),
  }));
  const lines = sides.map(
    ({ name, perSecond, perSecondSpread, cpuMsPerCallback }) =>
      `| ${name} | ${perSecond} | ${perSecondSpread} | ${cpuMsPerCallback} |`,
  );
  const head = ['| | callbacks a second | half of the turns | CPU ms each |', '|---|---:|---:|---:|'];
  return { text: [...head, ...lines].join('\n'), sides };
}

/** Where the CPU time of the local stack goes, in the middle of its turns; nothing where it cannot be told. */
export function partsNote(taken: readonly Turn[]): string[] {
  const names = Object.keys(taken[0]?.parts ?? {});
  if (names.length === 0) return [];
  const parts = names.map((name) => {
    const ms = median(taken.map(({ parts }) => parts[name] ?? 0));
    return `${name} ${rounded(ms, 2)} ms`;
  });
  return [`CPU time of ours for each callback, by threads: ${parts.join(', ')}.`];
}

function perSecondOf(taken: readonly Turn[] = []): number[] {
  return taken.map(({ perSecond }) => perSecond);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
