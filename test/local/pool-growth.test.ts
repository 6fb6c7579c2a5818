import { describe, expect, it } from 'vitest';
import { needsAnother } from '../../local/pool-growth.ts';

const IDLE = () => false;
const SATURATED = () => true;
const LONG_AGO = 60_000;

describe('another execution environment', () => {
  it('is started at once for a function that has none', () => {
    const state = {
      environments: 0,
      waitedMs: 0,
      sinceFreedMs: 0,
      takesBatches: true,
      isSaturated: SATURATED,
    };
    expect(needsAnother(state, 2)).toBe(true);
  });

  it('is started soon while there are fewer than cores', () => {
    const state = { environments: 1, sinceFreedMs: 0, takesBatches: false, isSaturated: SATURATED };
    expect(needsAnother({ ...state, waitedMs: 4 }, 2)).toBe(false);
    expect(needsAnother({ ...state, waitedMs: 5 }, 2)).toBe(true);
  });

  it('is started later while the cores have time: tasks that wait for others run at once', () => {
    const state = { environments: 7, sinceFreedMs: 0, takesBatches: false, isSaturated: IDLE };
    expect(needsAnother({ ...state, waitedMs: 39 }, 2)).toBe(false);
    expect(needsAnother({ ...state, waitedMs: 40 }, 2)).toBe(true);
  });

  it('is started later still for messages that can gather into a batch meanwhile', () => {
    const state = { environments: 1, sinceFreedMs: 0, takesBatches: true, isSaturated: IDLE };
    expect(needsAnother({ ...state, waitedMs: 149 }, 2)).toBe(false);
    expect(needsAnother({ ...state, waitedMs: 150 }, 2)).toBe(true);
  });

  it('is not started while the cores are busy and environments become free', () => {
    const state = { environments: 2, waitedMs: LONG_AGO, takesBatches: false, isSaturated: SATURATED };
    expect(needsAnother({ ...state, sinceFreedMs: 999 }, 2)).toBe(false);
  });

  it('is started on busy cores for who has waited for a second in which none became free', () => {
    const state = { environments: 2, takesBatches: false, isSaturated: SATURATED };
    expect(needsAnother({ ...state, waitedMs: 999, sinceFreedMs: LONG_AGO }, 2)).toBe(false);
    expect(needsAnother({ ...state, waitedMs: 1_000, sinceFreedMs: 1_000 }, 2)).toBe(true);
  });
});
