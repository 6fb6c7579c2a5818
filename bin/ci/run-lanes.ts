import { type Counts, countsOf } from './counts.ts';
import type { Suite } from './suites.ts';

/** How a suite ended. */
export interface Ended {
  readonly exitCode: number;
  /** Everything that it wrote. */
  readonly output: string;
}

export interface LaneSettings {
  /** Runs a suite to its end. `onOutput` gets what it writes, as it is written. */
  readonly run: (suite: Suite, onOutput: (text: string) => void) => Promise<Ended>;
  readonly print: (text: string) => void;
  /** In milliseconds. */
  readonly now: () => number;
}

export interface Running {
  /** The suites that run at this moment, with their seconds and the last line that they wrote. */
  describe(): readonly string[];
  /** Resolves with the counts of all suites when all have ended. */
  readonly ended: Promise<Counts>;
}

const LAST_LINE_LENGTH = 80;

/**
 * Runs the lanes side by side, and then the suites that run alone. Prints the output of a suite whole when it ends; that
 * of a suite that runs alone as it comes. A suite that fails ends neither its lane nor the run.
 */
export function runLanes(suites: readonly Suite[], { run, print, now }: LaneSettings): Running {
  const running = new Map<Suite, { readonly startedMs: number; lastLine: string }>();
  const verdicts: string[] = [];
  let [passed, failed] = [0, 0];

  const runSuite = async (suite: Suite) => {
    const { command, lane } = suite;
    const state = { startedMs: now(), lastLine: '' };
    running.set(suite, state);
    print(`started: ${command}\n`);
    const { exitCode, output } = await run(suite, (text) => {
      if (lane === 'alone') print(text);
      state.lastLine = text.trimEnd().split('\n').at(-1)?.trim().slice(0, LAST_LINE_LENGTH) ?? '';
    });
    running.delete(suite);
    const seconds = Math.round((now() - state.startedMs) / 1000);
    const verdict = `${exitCode === 0 ? 'passed' : 'FAILED'}: ${command} in ${seconds} s`;
    verdicts.push(verdict);
    print(`${lane === 'alone' ? '' : `\n=== ${command}\n${output}`}\n${verdict}\n`);
    const counts = countsOf(output, exitCode);
    passed += counts.passed;
    failed += counts.failed;
  };
  const runLane = async (lane: readonly Suite[]) => {
    for (const suite of lane) await runSuite(suite);
  };
  const runAll = async (): Promise<Counts> => {
    const lanes = Map.groupBy(suites, ({ lane }) => lane);
    const alone = lanes.get('alone') ?? [];
    lanes.delete('alone');
    await Promise.all([...lanes.values()].map(runLane));
    await runLane(alone);
    print(`\n${verdicts.join('\n')}\n${passed} passed, ${failed} failed\n`);
    return { passed, failed };
  };
  const ended = runAll();
  const describe = () =>
    [...running].map(
      ([{ command }, { startedMs, lastLine }]) =>
        `${command}: ${Math.round((now() - startedMs) / 1000)} s, last line: ${lastLine}`,
    );
  return { describe, ended };
}
