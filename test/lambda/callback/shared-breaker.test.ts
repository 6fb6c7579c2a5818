import { beforeEach, describe, expect, it } from 'vitest';
import { type Hang, hostBreaker } from '../../../lambda/callback/breaker.ts';
import { type SharedBreaker, sharedBreaker } from '../../../lambda/callback/shared-breaker.ts';

const HOST = 'hangs.example';
const hung = { failed: true, durationMs: 15_000 };

let nowMs: number;
let hangs: Hang[];
let asked: number[];
let faults: unknown[];
beforeEach(() => {
  nowMs = 1_764_000_000_000;
  hangs = [];
  asked = [];
  faults = [];
});

const pass = (seconds: number) => {
  nowMs += seconds * 1_000;
};

const BOARD = {
  async tellHang(hang: Hang) {
    hangs.push(hang);
  },
  async hangsSince(ms: number) {
    asked.push(ms);
    return hangs.filter(({ at_ms }) => at_ms >= ms);
  },
};

function aProcess(board = BOARD): SharedBreaker {
  const now = () => nowMs;
  return sharedBreaker({
    breaker: hostBreaker({ now, random: () => 0 }),
    board,
    now,
    onFault: (error) => faults.push(error),
  });
}

describe('a breaker that is shared', () => {
  it('asks once where nothing hangs: when the process starts, for the last ten minutes', async () => {
    const one = aProcess();
    for (let second = 0; second < 3_600; second += 1) {
      expect(await one.admits('well.example')).toBe(true);
      await one.record('well.example', { failed: false, durationMs: 80 });
      pass(1);
    }
    expect(asked).toEqual([1_763_999_400_000]);
  });

  it('asks once for a whole batch', async () => {
    const one = aProcess();
    await Promise.all(Array.from({ length: 10 }, () => one.admits(HOST)));
    expect(asked).toHaveLength(1);
  });

  it('lets a process that starts know what hangs already', async () => {
    await aProcess().record(HOST, hung);
    expect(await aProcess().admits(HOST)).toBe(false);
  });

  it('asks again while a breaker is open, every 10 s at most', async () => {
    const one = aProcess();
    await one.admits(HOST);
    await one.record(HOST, hung);
    for (let second = 0; second < 25; second += 1) {
      await one.admits('well.example');
      pass(1);
    }
    expect(asked).toHaveLength(3);
  });

  it('hears from its neighbours while one of its own is open', async () => {
    const [one, two] = [aProcess(), aProcess()];
    await two.admits('well.example');
    await two.record('other.example', hung);
    await one.record(HOST, hung);
    pass(10);
    expect(await two.admits(HOST)).toBe(false);
  });

  it('goes by what it has seen itself where the board is out of reach', async () => {
    const throttled = new Error('throttled');
    const one = aProcess({
      tellHang: () => Promise.reject(throttled),
      hangsSince: () => Promise.reject(throttled),
    });
    expect(await one.admits(HOST)).toBe(true);
    await one.record(HOST, hung);
    expect(await one.admits(HOST)).toBe(false);
    expect(faults).toEqual([throttled, throttled]);
  });

  it('waits for an answer that does not come no longer than the invocation that asked', async () => {
    const one = aProcess({ ...BOARD, hangsSince: () => new Promise(() => {}) });
    void one.admits(HOST);
    pass(5);
    expect(await one.admits(HOST)).toBe(true);
  });
});
