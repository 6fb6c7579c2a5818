import { describe, expect, it } from 'vitest';
import { CAN_TELL_CPU, cpuMs, parseStat } from '../../../bench/drain/cpu.ts';

describe('the CPU time of a process', () => {
  it('is read from where Linux tells it', () => {
    const text =
      '4711 (postgres) S 42 4711 4711 0 -1 4194304 2200 900 0 0 150 25 30 5 20 0 1 0 1563 226000000 7000\n';
    expect(parseStat(text)).toEqual({ parent: 42, ownMs: 1_750, endedChildrenMs: 350 });
  });

  it('is read also where the name looks like fields', () => {
    const text = '4711 (a) R 1 (b)) S 42 4711 4711 0 -1 4194304 2200 900 0 0 1 2 3 4 20 0 1 0 1563\n';
    expect(parseStat(text)).toEqual({ parent: 42, ownMs: 30, endedChildrenMs: 70 });
  });

  it.runIf(CAN_TELL_CPU)('is told of a process that runs, and of none that there is not', () => {
    const { user, system } = process.cpuUsage();
    expect(cpuMs([process.pid])).toBeGreaterThanOrEqual(Math.floor((user + system) / 1_000 - 50));
    expect(cpuMs([])).toBe(0);
  });
});
