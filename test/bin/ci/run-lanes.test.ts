import { describe, expect, it } from 'vitest';
import { type Ended, runLanes } from '../../../bin/ci/run-lanes.ts';
import type { Suite } from '../../../bin/ci/suites.ts';

/** Lets what has been resolved go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Suites that end when the test ends them. */
function lanesOf(suites: readonly Suite[]) {
  const started: string[] = [];
  const under = new Map<string, { end: (ended: Ended) => void; write: (text: string) => void }>();
  let printed = '';
  let nowMs = 0;
  const running = runLanes(suites, {
    run: ({ command }, write) => {
      started.push(command);
      const { promise, resolve } = Promise.withResolvers<Ended>();
      under.set(command, { end: resolve, write });
      return promise;
    },
    print: (text) => {
      printed += text;
    },
    now: () => nowMs,
  });
  return {
    running,
    started,
    printed: () => printed,
    passSeconds: (seconds: number) => {
      nowMs += seconds * 1_000;
    },
    write: (command: string, text: string) => under.get(command)?.write(text),
    async end(command: string, exitCode: number, output: string) {
      under.get(command)?.end({ exitCode, output });
      await settle();
    },
  };
}

describe('the lanes of CI', () => {
  it('run side by side, their suites one after another, and those alone at the end', async () => {
    const { started, end, running } = lanesOf([
      { lane: 'engines', command: 'e1' },
      { lane: 'engines', command: 'e2' },
      { lane: 'alone', command: 'a1' },
      { lane: 'processor', command: 'p1' },
    ]);
    expect(started).toEqual(['e1', 'p1']);
    await end('e1', 0, '');
    expect(started).toEqual(['e1', 'p1', 'e2']);
    await end('e2', 0, '');
    await end('p1', 0, '');
    expect(started).toEqual(['e1', 'p1', 'e2', 'a1']);
    await end('a1', 0, '');
    expect(await running.ended).toEqual({ passed: 4, failed: 0 });
  });

  it('go on when a suite fails, which fails the run', async () => {
    const { started, end, running, printed } = lanesOf([
      { lane: 'engines', command: 'e1' },
      { lane: 'engines', command: 'e2' },
    ]);
    await end('e1', 1, '      Tests  2 failed | 5 passed (7)\n');
    expect(started).toEqual(['e1', 'e2']);
    await end('e2', 0, '      Tests  3 passed (3)\n');

    expect(await running.ended).toEqual({ passed: 8, failed: 2 });
    expect(printed()).toContain('FAILED: e1 in 0 s\npassed: e2 in 0 s\n8 passed, 2 failed\n');
  });

  it('print the output of a suite when it ends, and show before that which suites run', async () => {
    const { write, passSeconds, end, printed, running } = lanesOf([
      { lane: 'engines', command: 'e1' },
      { lane: 'processor', command: 'p1' },
    ]);
    write('e1', 'first\nsecond\n');
    passSeconds(40);

    expect(running.describe()).toEqual(['e1: 40 s, last line: second', 'p1: 40 s, last line: ']);
    expect(printed()).toBe('started: e1\nstarted: p1\n');
    await end('e1', 0, 'first\nsecond\n');
    expect(printed()).toContain('=== e1\nfirst\nsecond\n\npassed: e1 in 40 s\n');
  });

  it('print the output of a suite that runs alone as it comes', async () => {
    const { write, printed, end, running } = lanesOf([{ lane: 'alone', command: 'a1' }]);
    await settle();
    write('a1', ' ✓ one.test.ts\n');
    expect(printed()).toBe('started: a1\n ✓ one.test.ts\n');
    await end('a1', 0, ' ✓ one.test.ts\n');
    await running.ended;
    expect(printed().match(/one\.test\.ts/g)).toHaveLength(1);
  });
});
