import type { Row } from '../result.ts';
import { median, spread } from '../statistics.ts';
import { type Found, rowsOf, TARGETS } from '../targets.ts';
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

/** What is compared with what, and why so. */
export const LIKE_FOR_LIKE = [
  'Like for like are the rows without a stub: each side keeps what is owed and what came of it in engines on this machine, records a callback before it acknowledges its message, and its CPU time counts, that of workers and of servers. The engines differ. Ours are those of `npm start`, which imitate DynamoDB and SQS in JavaScript and are made to be true, not fast; nobody deploys them. The others have the servers that are run in production.',
  'On AWS, DynamoDB and SQS take the place of ours, and are paid by the call. The rows with a stub tell what deliver itself can do when its engine costs nothing and keeps nothing: not like for like, for the others write to a disk meanwhile.',
  'Redis flushes once a second, which compares to dynalite: what was answered outlives the process, not the machine. PostgreSQL flushes each commit, which is more.',
  'The others have it easier in this: sockets of the file system, one signature in place of two, statements for a whole batch (pg-boss), and no check of the address that is called.',
];

/** What was tried to come nearer to the targets, for whoever reads that they were missed. */
export const TRIED = [
  "Ours takes more CPU time for each callback than the others. Where that of deliver goes is told above, at its CPU, and so is what was tried: it is the same bundle, and what made it cheaper there did so here. The rest is the engines, which answer deliver's calls over HTTP.",
  'Not done: a statement for all of a batch, as pg-boss has it (docs/decisions/0009-no-partiql.md); quicker engines, which would better the rows without a stub and quicken no deployment.',
];

/** Ours against each of the others: turn by turn, so that what slowed the machine down slowed both. */
export function rowsOfTurns(turns: Turns, missing: readonly Missing[]): Row[] {
  const compared = (ours: string, peer: string): Found => {
    const ratios = ratiosOf(perSecondOf(turns.get(ours)), perSecondOf(turns.get(peer)));
    const leftOut = missing.find(({ name }) => name === peer)?.left_out;
    return {
      figure: ratios.length === 0 ? null : rounded(median(ratios), 3),
      ...(ratios.length > 0 && { spread: spread(ratios, 2) }),
      ...(leftOut !== undefined && { left_out: leftOut }),
    };
  };
  return rowsOf(TARGETS.drain, {
    'drain of 20,000 owed callbacks, of a BullMQ worker': compared('ours', 'BullMQ'),
    'drain of 20,000 owed callbacks, of a pg-boss worker': compared('ours', 'pg-boss'),
    'drain of 20,000 owed callbacks, of a BullMQ worker; deliver alone, its engine a stub': compared(
      'ours on a stub',
      'BullMQ',
    ),
    'drain of 20,000 owed callbacks, of a pg-boss worker; deliver alone, its engine a stub': compared(
      'ours on a stub',
      'pg-boss',
    ),
  });
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

/** Whether a side worked or waited: how many cores it kept busy, in the middle of its turns. */
export function busyNote(turns: Turns): string[] {
  const sides = [...turns].map(([name, taken]) => {
    const cores = median(
      taken.map(({ perSecond, cpuMsPerCallback }) => (perSecond * cpuMsPerCallback) / 1_000),
    );
    return { name, cores };
  });
  if (sides.length === 0 || sides.some(({ cores }) => Number.isNaN(cores))) return [];
  const told = sides.map(({ name, cores }) => `${name} ${rounded(cores, 1)}`).join(', ');
  return [`Cores kept busy meanwhile: ${told}; the endpoint's, and a stub's, are not in it.`];
}

function perSecondOf(taken: readonly Turn[] = []): number[] {
  return taken.map(({ perSecond }) => perSecond);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
