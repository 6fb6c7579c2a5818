import type { FaultName } from './fault-proxy.ts';

/** What a chaos run has found. */
export interface ChaosReport {
  readonly seed: number;
  readonly seconds: { readonly storm: number; readonly settling: number; readonly redriving: number };
  /** Tasks that were answered 202. */
  readonly accepted: number;
  /** Of the accepted ones: delivered before the redrive. */
  readonly delivered: number;
  /** Of the accepted ones: dead in the ledger, on the operators' list and in the dead-letter queue. */
  readonly dead: number;
  /** Of the accepted ones: neither, when everything had had its time. */
  readonly lost: number;
  /** Messages that the redrive has sent again. */
  readonly redriven: number;
  /** Of the accepted ones: delivered in the end. */
  readonly deliveredAfterRedrive: number;
  readonly requests: number;
  readonly posts: number;
  /** POSTs of callbacks that their receiver had processed before. */
  readonly duplicates: number;
  readonly runs: number;
  readonly overlappingRuns: number;
  /** Runs that began after the outcome was stored. */
  readonly lateRuns: number;
  readonly stackKills: number;
  /** Functions ended in the middle of an invocation, by name. */
  readonly functionCrashes: Readonly<Record<string, number>>;
  /** Processes killed in the middle of a run. */
  readonly processKills: number;
  /** Calls of the functions to the engines. */
  readonly calls: number;
  readonly faults: Readonly<Record<FaultName, number>>;
  /** Everything else that must not be: bad signatures, changed bodies, what was lost and how. The first few. */
  readonly violations: readonly string[];
}

/** Whether the promise was kept. */
export function isKept(report: ChaosReport): boolean {
  const { accepted, deliveredAfterRedrive, lost, overlappingRuns, violations } = report;
  const allDelivered = accepted > 0 && deliveredAfterRedrive === accepted;
  return lost === 0 && overlappingRuns === 0 && violations.length === 0 && allDelivered;
}

/** The report as a table of Markdown. */
export function tableOf(report: ChaosReport): string {
  const { accepted, deliveredAfterRedrive, faults, functionCrashes } = report;
  const crashes = Object.values(functionCrashes).reduce((sum, times) => sum + times, 0);
  const percent = accepted === 0 ? 0 : (100 * deliveredAfterRedrive) / accepted;
  const rows: readonly (readonly [string, string])[] = [
    ['accepted', count(accepted)],
    ['delivered', count(report.delivered)],
    ['dead: in the DLQ and in the ledger', count(report.dead)],
    ['**lost**', `**${count(report.lost)}**`],
    ['redriven', count(report.redriven)],
    ['delivered after the redrive', `${count(deliveredAfterRedrive)} (${shown(percent)} %)`],
    [
      'duplicates (POSTs of what was processed)',
      `${count(report.duplicates)} of ${count(report.posts)} POSTs`,
    ],
    ['**overlapping runs**', `**${count(report.overlappingRuns)}** of ${count(report.runs)} runs`],
    ['runs after the outcome was stored', count(report.lateRuns)],
    ['stack kills', count(report.stackKills)],
    ['function kills, mid-invocation', `${count(crashes)} (${byName(functionCrashes)})`],
    ['task process kills, mid-run', count(report.processKills)],
    ['calls to the engines', count(report.calls)],
    ...Object.entries(faults).map(([name, times]) => [`fault: ${name}`, count(times)] as const),
    ['submit requests', count(report.requests)],
  ];
  return ['| | |', '|---|---:|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** Never rounded up to a hundred. */
function shown(percent: number): string {
  return String(Math.floor(percent * 100) / 100);
}

function byName(counts: Readonly<Record<string, number>>): string {
  return (
    Object.entries(counts)
      .map(([name, times]) => `${shortName(name)} ${times}`)
      .join(', ') || 'none'
  );
}

/** `deliver` for `CallbackCompletion-PipelineDeliverFunctionBCDCD9F6`. */
function shortName(functionName: string): string {
  return /Pipeline(\w+)Function[0-9A-F]{8}$/.exec(functionName)?.[1]?.toLowerCase() ?? functionName;
}
