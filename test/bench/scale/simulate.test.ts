import { beforeAll, describe, expect, it } from 'vitest';
import { resultOf } from '../../../bench/scale/results.ts';
import { BASELINE, SCENARIOS, type Scenario } from '../../../bench/scale/scenarios.ts';
import { type Run, simulate } from '../../../bench/scale/simulate.ts';
import { verdicts } from '../../../bench/scale/targets.ts';

const CALLBACKS = 20_000;

/** Hosts that hang cost much simulated time: each callback is held back again and again. */
const HANGING_CALLBACKS = 5_000;

/** Little live traffic, so that three days take a second. */
const OPTIONS = { callbacks: CALLBACKS, seed: 7, livePerSecond: 0.1 };

function scenario(name: string): Scenario {
  const found = SCENARIOS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no scenario ${name}`);
  return found;
}

const endsOf = ({ owed }: Run) => [...new Set(owed.ends)];
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

describe('a scenario', () => {
  let refuse: Run;
  let hang: Run;

  beforeAll(() => {
    refuse = simulate(scenario('refuse'), OPTIONS);
    hang = simulate(scenario('hang'), { ...OPTIONS, callbacks: HANGING_CALLBACKS });
    // A busy machine takes minutes.
  }, 300_000);

  it('brings every callback to its end, once', () => {
    expect(refuse.owed.ends).toHaveLength(20_000);
    expect(endsOf(refuse)).toEqual([1]);
    expect(endsOf(hang)).toEqual([1]);
  });

  it('ends each at its deadline, and none before', () => {
    // The last of them arrives after 199.99 s and is owed for three days; live traffic goes on for an hour more.
    expect(refuse.owed.deliverByMs.at(-1)).toBe(259_399_990);
    expect(refuse.endedAtMs).toBeGreaterThanOrEqual(263_000_000);
    expect(refuse.endedAtMs).toBeLessThan(263_060_000);
  });

  it('makes the attempts of the schedule where hosts refuse, and holds none back', () => {
    const attempts = new Set(refuse.owed.attempts);
    expect(Math.min(...attempts)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...attempts)).toBeLessThanOrEqual(12);
    expect(sum(refuse.owed.heldBack)).toBe(0);
  });

  it('makes fewer attempts where hosts hang, and holds the callbacks back instead', () => {
    const attemptsPerCallback = sum(hang.owed.attempts) / HANGING_CALLBACKS;
    expect(attemptsPerCallback).toBeLessThan(sum(refuse.owed.attempts) / CALLBACKS);
    expect(sum(hang.owed.heldBack) / HANGING_CALLBACKS).toBeGreaterThan(10);
  });

  it('holds in-flight places while a batch is worked on or a message waits in the queue, and no longer', () => {
    // 100 a second, each for the 4 to 6 s after its first attempt, and a little more for being handled.
    expect(refuse.inFlightDead.highest).toBeGreaterThan(400);
    expect(refuse.inFlightDead.highest).toBeLessThan(800);
    // From the last second attempt on, every wait is a timer: only what is in hand holds a place.
    expect(Math.max(...refuse.inFlightDead.windows.slice(2))).toBeLessThanOrEqual(200);
    expect(refuse.timersStanding.highest).toBe(20_000);
  });

  it('never holds more dead places than places', () => {
    for (const run of [refuse, hang]) {
      expect(run.inFlight.highest).toBeGreaterThanOrEqual(run.inFlightDead.highest);
    }
  });

  it('writes ledger units that the attempts explain', () => {
    // An attempt writes its entry, or row and entry; all but two of them a timer, which is also deleted.
    const attempts = sum(refuse.owed.attempts);
    const live = refuse.live.all.count;
    const timers = attempts - 2 * CALLBACKS;
    const units = attempts + 2 * timers + CALLBACKS + live;
    // A few more wait in the queue: those whose last wait was clipped to less than 120 s before the deadline.
    expect(refuse.usage.writeUnits).toBeGreaterThan(units * 0.999);
    expect(refuse.usage.writeUnits).toBeLessThanOrEqual(units);
    expect(refuse.usage.dlqRequests).toBe(20_000);
  });

  it('reads an entry for each message, and timers besides', () => {
    const messages = sum(hang.owed.attempts) + sum(hang.owed.heldBack) + hang.live.all.count;
    expect(hang.usage.readUnits).toBeGreaterThan(messages);
  });

  it('is the same again for the same seed, and another for another', () => {
    const few = { ...OPTIONS, callbacks: 200, livePerSecond: 0.05 };
    const [one, again] = [simulate(scenario('hang'), few), simulate(scenario('hang'), few)];
    const other = simulate(scenario('hang'), { ...few, seed: 8 });
    expect(resultOf(again, again.usage)).toEqual(resultOf(one, one.usage));
    expect(other.usage).not.toEqual(one.usage);
  });

  it('is judged against the run without dead hosts', () => {
    const baseline = simulate(BASELINE, OPTIONS);
    const results = [baseline, refuse].map((run) => resultOf(run, baseline.usage));
    const judged = verdicts(results);
    expect(judged).toHaveLength(5);
    expect(judged.at(-1)).toEqual({
      scenario: 'dead hosts refuse',
      what: 'ended in the dead-letter queue, each once',
      target: '20,000',
      measured: '20,000',
      reached: true,
    });
    expect(judged[0]?.measured).toBe(String(refuse.inFlightDead.highest));
  });
});

describe('without the breaker', () => {
  it('hosts that hang fill the queue, and live callbacks wait', () => {
    const run = simulate(scenario('hang-no-breaker'), { ...OPTIONS, callbacks: 2_000 });
    // 200 attempts at once of 15 s are 13 a second, of 100 that arrive: after 20 s most of them still wait.
    expect(run.backlog.highest).toBeGreaterThan(1_000);
    expect(run.live.p99ByWindow()[0]).toBeGreaterThan(60_000);
    expect(sum(run.owed.heldBack)).toBe(0);
    expect(run.endedAtMs).toBe(259_200_000);
  });
});
