import { printable } from '../terminal.ts';

/** What one check came to. */
export interface Check {
  readonly name: string;
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

/** The checks for people, one below the other. */
export function report(stackName: string, checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const indent = ' '.repeat(width + 13);
  const lines = checks.flatMap(({ name, status, finding, next = [] }) => {
    const found = finding.split('\n').map(printable);
    return [
      `  ${status.padEnd(7)}  ${name.padEnd(width)}  ${found[0]}`,
      ...found.slice(1).map((line) => indent + line),
      ...next.map((line) => `${indent}→ ${printable(line)}`),
    ];
  });
  return [`Before npx cdk deploy of ${stackName}:`, '', ...lines, '', summary(checks)].join('\n');
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
    ? 'Mend what failed first.'
    : count('skipped') > 0
      ? 'What was skipped is not known to be well.'
      : 'Nothing stands in the way: npx cdk deploy.';
  return `${counts.join(', ')}. ${verdict}`;
}
