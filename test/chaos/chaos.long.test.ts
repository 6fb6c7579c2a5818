import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type ChaosReport, isKept, tableOf } from '../../chaos/report.ts';
import { runChaos } from '../../chaos/run-chaos.ts';

/** `npm run chaos`, small: see docs/reliability.md for a large one. */
describe('the stack in a storm of faults', () => {
  let report: ChaosReport;

  beforeAll(async () => {
    report = await runChaos({
      tasks: 150,
      stormMs: 5_000,
      kills: { stack: 0, workers: 6 },
      endWithKill: true,
      seed: 20_261_121,
      patienceMs: 30_000,
      assemblyDirectory: inject('assemblyDirectory'),
      signal: AbortSignal.timeout(110_000),
      onProgress: () => {},
    });
  }, 120_000);

  it('loses no task that it has accepted', () => {
    expect(report).toMatchObject({ lost: 0, violations: [] });
    expect(report.accepted).toBe(150);
    expect(report.delivered + report.dead).toBe(report.accepted);
    expect(report.dead).toBeGreaterThan(0);
  });

  it('never runs a task twice at the same time, nor once its outcome is stored', () => {
    expect(report).toMatchObject({ overlappingRuns: 0, lateRuns: 0 });
    expect(report.runs).toBeGreaterThanOrEqual(report.accepted);
  });

  it('delivers everything once the receivers are well and what is dead is redriven', () => {
    expect(report.redriven).toBeGreaterThanOrEqual(report.dead);
    expect(report.deliveredAfterRedrive).toBe(report.accepted);
    expect(isKept(report)).toBe(true);
  });

  it('was a storm', () => {
    expect(report.stackKills).toBe(1);
    expect(report.processKills).toBeGreaterThan(0);
    expect(Object.keys(report.functionCrashes).length).toBeGreaterThan(0);
    for (const [fault, times] of Object.entries(report.faults)) expect(times, fault).toBeGreaterThan(0);
    expect(report.duplicates).toBeGreaterThan(0);
    expect(tableOf(report)).toContain(`| accepted | ${report.accepted} |`);
  });
});
