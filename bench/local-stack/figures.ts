import { median } from '../statistics.ts';

/** What one round of a checkout's local stack has shown. */
export interface Figures {
  /** With an empty state folder. */
  readonly firstLineMs: number;
  /** With an empty state folder. */
  readonly readyMs: number;
  /** With the state folder of an earlier start. */
  readonly readyAgainMs: number;
  /** Resident memory of the process tree, npm included. */
  readonly idleMb: number;
  readonly peakMb: number;
  /** Processes of the tree at most. */
  readonly processes: number;
  /** Requests answered 202 per second, while they were sent. */
  readonly acceptedPerSecond: number;
  /** Tasks per second, from the first request to the last callback. */
  readonly tasksPerSecond: number;
  /** Of the console's requests under load. */
  readonly consoleP50Ms: number;
  readonly consoleP95Ms: number;
  /** Path → p95 of its requests. */
  readonly consoleByPathP95Ms: Readonly<Record<string, number>>;
}

type Row = readonly [label: string, field: Exclude<keyof Figures, 'consoleByPathP95Ms'>, target?: Target];

/** What issue 14 demands of after ÷ before. */
interface Target {
  readonly text: string;
  readonly isMet: (ratio: number) => boolean;
}

const ROWS: readonly Row[] = [
  ['first line of output, ms', 'firstLineMs'],
  ['ready, first start, ms', 'readyMs'],
  ['ready, second start, ms', 'readyAgainMs'],
  ['memory idle, MB', 'idleMb'],
  ['memory peak, MB', 'peakMb', { text: '<= 0.5', isMet: (ratio) => ratio <= 0.5 }],
  ['processes at most', 'processes'],
  ['accepted, requests/s', 'acceptedPerSecond'],
  ['called back, tasks/s', 'tasksPerSecond', { text: '>= 3', isMet: (ratio) => ratio >= 3 }],
  ['console request p50, ms', 'consoleP50Ms'],
  ['console request p95, ms', 'consoleP95Ms', { text: '<= 0.3', isMet: (ratio) => ratio <= 0.3 }],
];

/** The median of each figure. */
export function medianOf(rounds: readonly Figures[]): Figures {
  const of = (field: Row[1]) => median(rounds.map((figures) => figures[field]));
  const paths = [...new Set(rounds.flatMap(({ consoleByPathP95Ms }) => Object.keys(consoleByPathP95Ms)))];
  return {
    firstLineMs: of('firstLineMs'),
    readyMs: of('readyMs'),
    readyAgainMs: of('readyAgainMs'),
    idleMb: of('idleMb'),
    peakMb: of('peakMb'),
    processes: of('processes'),
    acceptedPerSecond: of('acceptedPerSecond'),
    tasksPerSecond: of('tasksPerSecond'),
    consoleP50Ms: of('consoleP50Ms'),
    consoleP95Ms: of('consoleP95Ms'),
    consoleByPathP95Ms: Object.fromEntries(
      paths.map((path) => [
        path,
        median(rounds.flatMap(({ consoleByPathP95Ms: { [path]: ms } }) => (ms === undefined ? [] : [ms]))),
      ]),
    ),
  };
}

/** A table of one checkout's figures. */
export function tableOf(figures: Figures): string {
  return ROWS.map(([label, field]) => label.padEnd(26) + shown(figures[field])).join('\n');
}

/** A table of two checkouts' figures, with after ÷ before and whether targets are met. */
export function comparisonOf(before: Figures, after: Figures): string {
  const head = `${' '.repeat(26)}${'before'.padStart(10)}${'after'.padStart(10)}${'ratio'.padStart(8)}  target`;
  const rows = ROWS.map(([label, field, target]) => {
    const ratio = after[field] / before[field];
    const verdict = target === undefined ? '' : `  ${target.text}: ${target.isMet(ratio) ? 'met' : 'missed'}`;
    return `${label.padEnd(26)}${shown(before[field])}${shown(after[field])}${ratio.toFixed(2).padStart(8)}${verdict}`;
  });
  return [head, ...rows].join('\n');
}

function shown(value: number): string {
  return (value < 100 ? value.toFixed(1) : value.toFixed(0)).padStart(10);
}
