import { describe, expect, it } from 'vitest';
import { timers } from '../../../bench/scale/timers.ts';

const MINUTE = 60_000;

function wakeAt(nowMs: number, clock: ReturnType<typeof timers>): [number, number][] {
  const sent: [number, number][] = [];
  clock.wake(nowMs, (callback, atMs) => sent.push([callback, atMs]));
  return sent;
}

describe('the timers', () => {
  it('are sent by the call before they are due, with what is left in whole seconds, rounded up', () => {
    const clock = timers(170);
    clock.put(7, 3 * MINUTE + 1_500);
    expect(wakeAt(MINUTE, clock)).toEqual([]);
    expect(clock.standing).toBe(1);
    expect(wakeAt(3 * MINUTE, clock)).toEqual([[7, 3 * MINUTE + 2_000]]);
    expect(clock.standing).toBe(0);
    expect(clock.usage).toMatchObject({ sqsRequests: 1, writeUnits: 1 });
  });

  it('that one call cannot send are sent by the next', () => {
    const clock = timers(170);
    // One call sends 55,000 at most.
    for (let callback = 0; callback < 60_000; callback += 1) clock.put(callback, 5 * MINUTE + callback);
    const first = wakeAt(5 * MINUTE, clock);
    const second = wakeAt(6 * MINUTE, clock);
    expect(first.length).toBeGreaterThan(54_000);
    expect(first.length).toBeLessThanOrEqual(55_200);
    expect(first.length + second.length).toBe(60_000);
    expect(new Set([...first, ...second].map(([callback]) => callback)).size).toBe(60_000);
    expect(clock.standing).toBe(0);
  });
});
