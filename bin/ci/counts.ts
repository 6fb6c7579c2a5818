import { stripVTControlCharacters } from 'node:util';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** ` Tests  1 failed | 27 passed | 2 skipped (30)`, as vitest ends its output. */
const SUMMARY = /^ +Tests +(.*)$/m;

/**
 * Counts the tests of a suite. A suite without vitest's summary counts as one test.
 *
 * @param output what the suite wrote
 * @param exitCode of the suite: if it is not 0, at least one test counts as failed, even if none is in the summary
 */
export function countsOf(output: string, exitCode: number): Counts {
  const summary = SUMMARY.exec(stripVTControlCharacters(output))?.[1];
  const count = (what: string) => Number(new RegExp(`(\\d+) ${what}`).exec(summary ?? '')?.[1] ?? 0);
  const failed = Math.max(count('failed'), exitCode === 0 ? 0 : 1);
  return { passed: summary === undefined ? 1 - failed : count('passed'), failed };
}
