import type { Difference } from './differences.ts';
import type { EngineResult } from './run-engine.ts';
import type { TrialResult } from './trial/trial.ts';

/** The tests of each engine, as a Markdown table. */
export function testTable(results: readonly EngineResult[]): string {
  return table(
    ['engine', 'services', 'tests passed', 'failed', 'skipped', '`ops` and console'],
    results.map(({ engine, passed, failed, skipped, operated, missing }) => [
      `${engine.name} ${engine.version}`,
      engine.services,
      ...(missing === undefined
        ? [passed, failed, skipped, operated ?? 'not run']
        : ['–', '–', '–', missing]),
    ]),
  );
}

/** The trial on each engine, as a Markdown table. */
export function trialTable(results: readonly EngineResult[]): string {
  return table(
    [
      'engine',
      'tasks',
      'POSTs',
      'dead',
      'redriven',
      'replayed',
      'first redrive',
      'lost',
      'duplicated',
      'wrong',
    ],
    results.map(({ engine, trial, missing }) => [
      `${engine.name} ${engine.version}`,
      ...(trial === undefined
        ? Array(9).fill(missing === undefined ? 'failed' : '–')
        : [
            trial.accepted,
            trial.posts,
            trial.dead,
            trial.redriven,
            trial.replayed,
            trial.redrive === 'native' ? '`StartMessageMoveTask`' : '`ops dlq redrive`',
            trial.lost.length,
            trial.duplicated.length,
            trial.wrong.length,
          ]),
    ]),
  );
}

/** What engines do in another way than AWS, as a Markdown table. */
export function differenceTable(differences: readonly Difference[]): string {
  return table(
    ['engine', 'what it does', 'what AWS does', 'what follows', 'test'],
    differences.map(({ engine, does, aws, consequence, skipped }) => [
      engine,
      does,
      aws,
      consequence,
      skipped === undefined ? '' : `\`${skipped.file}\`: ${skipped.title}`,
    ]),
  );
}

/** What went wrong in a trial; nothing if it passed. */
export function trialFailures(trial: TrialResult | undefined): readonly string[] {
  if (trial === undefined) return ['it did not end'];
  return [
    ...trial.lost.map((one) => `lost: ${one}`),
    ...trial.duplicated.map((one) => `duplicated: ${one}`),
    ...trial.wrong.map((one) => `wrong: ${one}`),
  ];
}

/** How many steps of ops and the console passed and failed. */
export function operatedCounts({ operated = '' }: Pick<EngineResult, 'operated'>): {
  readonly passed: number;
  readonly failed: number;
} {
  const [, passed = 0, failed = 0] = operated.match(/^(\d+) passed, (\d+) failed$/) ?? [];
  return { passed: Number(passed), failed: Number(failed) };
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
