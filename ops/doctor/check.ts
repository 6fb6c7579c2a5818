import { printable } from '../terminal.ts';

/** What one check came to. */
export interface Check {
  readonly name: string;

  /**
   * Name of the pipeline that was checked.
   *
   * @default - the check concerns all pipelines
   */
  readonly pipeline?: string;

  /** `skipped`: it could not be looked at, and so tells nothing. */
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  /** One sentence, with further lines if it lists something. */
  readonly finding: string;

  /**
   * What to do, a line each: sentences and commands.
   *
   * @default - nothing
   */
  readonly next?: readonly string[];
}

/** The checks for people, one below the other. Those of several pipelines are in a section for each. */
export function report(stackNames: readonly string[], checks: readonly Check[]): string {
  const pipelines = new Set(checks.flatMap(({ pipeline }) => pipeline ?? []));
  const width = Math.max(...checks.map(({ name }) => name.length));
  const sections =
    pipelines.size < 2
      ? [linesOf(checks, width)]
      : [
          linesOf(
            checks.filter(({ pipeline }) => pipeline === undefined),
            width,
          ),
          ...[...pipelines].map((name) => [
            `${name}:`,
            ...linesOf(
              checks.filter(({ pipeline }) => pipeline === name),
              width,
            ),
          ]),
        ];
  return [
    `Before npx cdk deploy of ${stackNames.join(', ')}:`,
    ...sections.flatMap((lines) => ['', ...lines]),
    '',
    summary(checks),
  ].join('\n');
}

function linesOf(checks: readonly Check[], width: number): string[] {
  const indent = ' '.repeat(width + 13);
  return checks.flatMap(({ name, status, finding, next = [] }) => {
    const found = finding.split('\n').map(printable);
    return [
      `  ${status.padEnd(7)}  ${name.padEnd(width)}  ${found[0]}`,
      ...found.slice(1).map((line) => indent + line),
      ...next.map((line) => `${indent}→ ${printable(line)}`),
    ];
  });
}

/** Whether a deployment would fail, or not work. */
export function hasFailed(checks: readonly Check[]): boolean {
  return checks.some(({ status }) => status === 'failed');
}

function summary(checks: readonly Check[]): string {
  const count = (status: Check['status']) => checks.filter((check) => check.status === status).length;
  const counts = (['ok', 'warning', 'failed', 'skipped'] as const)
    .map((status) => [count(status), status] as const)
    .filter(([found]) => found > 0)
    .map(([found, status]) => `${found} ${status}`);
  const verdict = hasFailed(checks)
    ? 'Fix what failed first.'
    : count('skipped') > 0
      ? 'What was skipped is not known to be well.'
      : 'Nothing stands in the way: npx cdk deploy.';
  return `${counts.join(', ')}. ${verdict}`;
}
