import { describe, expect, it } from 'vitest';
import { judgeUnfinished } from '../../../ops/doctor/judge-unfinished.ts';

const DEPLOYED = [{ name: 'generate-report', aliases: ['report'] }];

const FOR_SAMPLES =
  'Until the samples of 0.1.0 have finished (sleep, fail, manual-review), deploy with -c samples=true in a clone, or keep tasks with these names';

const scanned = (counts: Readonly<Record<string, number>>, isComplete = true) => ({
  countByName: new Map(Object.entries(counts)),
  itemsRead: 120,
  isComplete,
});

describe('unfinished tasks', () => {
  it('may have the name or an alias of a task that is deployed', () => {
    expect(judgeUnfinished(scanned({ 'generate-report': 3, report: 1 }), DEPLOYED)).toEqual({
      name: 'unfinished tasks',
      status: 'ok',
      finding: 'each is named after a task of this deployment (120 items of the ledger read)',
    });
  });

  it('of the samples of 0.1.0 need the samples', () => {
    expect(judgeUnfinished(scanned({ sleep: 12, 'manual-review': 1 }), DEPLOYED)).toEqual({
      name: 'unfinished tasks',
      status: 'warning',
      finding:
        '13 unfinished tasks named after tasks that this deployment does not have: sleep (12), manual-review (1) (120 items of the ledger read). Their work would fail with UnknownTask; external tasks can still be completed',
      next: [FOR_SAMPLES],
    });
  });

  it('of a file that is gone need the file, or an alias', () => {
    expect(judgeUnfinished(scanned({ greet: 1 }), DEPLOYED).next).toEqual([
      'Until they have finished, keep their task files, or add their names to the aliases of other tasks',
    ]);
    expect(judgeUnfinished(scanned({ greet: 1, fail: 1 }), DEPLOYED).next).toEqual([
      FOR_SAMPLES,
      'Until the others have finished, keep their task files, or add their names to the aliases of other tasks',
    ]);
  });

  it('of many names are shown by the five most frequent', () => {
    const counts = { a: 1, b: 1, c: 7, d: 1, e: 1, f: 1, g: 2 };

    expect(judgeUnfinished(scanned(counts), DEPLOYED).finding).toContain(
      '14 unfinished tasks named after tasks that this deployment does not have: c (7), g (2), a (1), b (1), d (1) and 2 more (',
    );
  });

  it('may be more than a scan that stopped early has found', () => {
    expect(judgeUnfinished(scanned({}, false), DEPLOYED)).toMatchObject({
      status: 'ok',
      finding:
        'each is named after a task of this deployment (120 items of the ledger read; the scan stopped before its end)',
    });
    expect(judgeUnfinished(scanned({ sleep: 1 }, false), DEPLOYED).finding).toContain(
      'the scan stopped before its end',
    );
  });

  it('cannot write to the terminal by their names', () => {
    expect(judgeUnfinished(scanned({ '\u001b[2Jsleep': 1 }), DEPLOYED).finding).toContain('�[2Jsleep (1)');
  });
});
