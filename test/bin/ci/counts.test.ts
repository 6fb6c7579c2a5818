import { describe, expect, it } from 'vitest';
import { countsOf } from '../../../bin/ci/counts.ts';

describe('the counts of a suite', () => {
  it("are those of vitest's summary", () => {
    const output =
      '\n\u001b[2m Test Files \u001b[22m 1 failed | 2 passed (3)\n\u001b[2m      Tests \u001b[22m \u001b[31m1 failed\u001b[39m | \u001b[32m27 passed\u001b[39m | 2 skipped (30)\n';

    expect(countsOf(output, 1)).toEqual({ passed: 27, failed: 1 });
  });

  it('have a failure if the suite fails and no test did', () => {
    expect(countsOf(' Test Files  1 failed | 2 passed (3)\n      Tests  27 passed (27)\n', 1)).toEqual({
      passed: 27,
      failed: 1,
    });
  });

  it('are one if there is no summary', () => {
    expect(countsOf('40 mutants, 40 caught\n', 0)).toEqual({ passed: 1, failed: 0 });
    expect(countsOf('40 mutants, 39 caught\n', 1)).toEqual({ passed: 0, failed: 1 });
  });
});
