import { expect, inject, it } from 'vitest';
import { isKept } from '../../chaos/report.ts';
import { runChaos } from '../../chaos/run-chaos.ts';

/** Short: chaos.long.test.ts makes a storm. */
it('the stack loses nothing to faults, kills of its workers and a kill of its own', async () => {
  const report = await runChaos({
    tasks: 30,
    stormMs: 1_500,
    kills: { stack: 0, workers: 1 },
    endWithKill: true,
    seed: 20_261_121,
    patienceMs: 120_000,
    assemblyDirectory: inject('assemblyDirectory'),
    signal: AbortSignal.timeout(280_000),
    onProgress: () => {},
  });

  expect(report).toMatchObject({ accepted: 30, lost: 0, overlappingRuns: 0, lateRuns: 0, violations: [] });
  expect(report).toMatchObject({ stackKills: 1, deliveredAfterRedrive: 30 });
  expect(isKept(report)).toBe(true);
}, 300_000);
