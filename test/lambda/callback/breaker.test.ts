import { beforeEach, describe, expect, it } from 'vitest';
import { type Breaker, hostBreaker } from '../../../lambda/callback/breaker.ts';

const HOST = 'hangs.example';
const OTHER = 'also-hangs.example';

const hung = { failed: true, durationMs: 15_000 };
const refused = { failed: true, durationMs: 3 };
const answered = { failed: false, durationMs: 120 };

let nowMs: number;
let random: number;
let breaker: Breaker;
beforeEach(() => {
  nowMs = 1_764_000_000_000;
  random = 0;
  breaker = hostBreaker({ now: () => nowMs, random: () => random });
});

const pass = (seconds: number) => {
  nowMs += seconds * 1_000;
};

function opened(host = HOST) {
  breaker.record(host, hung);
}

describe("a host's breaker", () => {
  it('admits hosts that nothing is known of', () => {
    expect([breaker.admits(HOST), breaker.admits(HOST), breaker.admits(OTHER)]).toEqual([true, true, true]);
  });

  it('opens with the first slow failure of a host that nothing good is known of, for that host alone', () => {
    breaker.record(HOST, hung);
    expect(breaker.admits(HOST)).toBe(false);
    expect(breaker.admits(OTHER)).toBe(true);
  });

  it('opens with the second slow failure in a row of a host that has been quick before', () => {
    breaker.record(HOST, answered);
    breaker.record(HOST, hung);
    expect(breaker.admits(HOST)).toBe(true);

    breaker.record(HOST, hung);
    expect(breaker.admits(HOST)).toBe(false);
  });

  it.each([
    ['an answer', answered],
    ['a slow answer', { failed: false, durationMs: 14_000 }],
    ['a fast failure', refused],
    ['a failure just too fast to count', { failed: true, durationMs: 1_999 }],
  ])('starts to count anew after %s', (_what, between) => {
    breaker.record(HOST, answered);
    breaker.record(HOST, hung);
    breaker.record(HOST, between);
    breaker.record(HOST, hung);
    expect(breaker.admits(HOST)).toBe(true);
  });

  it('counts an error that took 2 s as much as a host that never answers', () => {
    breaker.record(HOST, { failed: true, durationMs: 2_000 });
    expect(breaker.admits(HOST)).toBe(false);
  });

  it('never opens for a host that fails fast, however often', () => {
    for (let failure = 0; failure < 1_000; failure += 1) breaker.record(HOST, refused);
    expect(breaker.admits(HOST)).toBe(true);
  });

  it('admits one probe when 30 s are over, and nobody beside it', () => {
    opened();
    pass(29.999);
    expect(breaker.admits(HOST)).toBe(false);
    pass(0.001);
    expect(breaker.admits(HOST)).toBe(true);
    expect(breaker.admits(HOST)).toBe(false);
  });

  it('waits up to twice as long, so that processes do not probe together', () => {
    random = 0.5;
    opened();
    pass(44.999);
    expect(breaker.admits(HOST)).toBe(false);
    pass(0.001);
    expect(breaker.admits(HOST)).toBe(true);
  });

  it.each([
    ['is answered', answered],
    ['fails fast', refused],
  ])('closes when the probe %s', (_what, probe) => {
    opened();
    pass(30);
    breaker.admits(HOST);
    breaker.record(HOST, probe);

    expect([breaker.admits(HOST), breaker.admits(HOST)]).toEqual([true, true]);
  });

  it('opens twice as long with each probe that hangs, up to 5 min', () => {
    opened();
    const openForSeconds: number[] = [];
    for (let probe = 0; probe < 7; probe += 1) {
      let seconds = 0;
      while (!breaker.admits(HOST)) {
        pass(1);
        seconds += 1;
      }
      openForSeconds.push(seconds);
      breaker.record(HOST, hung);
    }
    // After a probe of 15 s there is none for 135 s.
    expect(openForSeconds).toEqual([30, 135, 135, 240, 300, 300, 300]);
  });

  it('lets probes take a tenth of the time, however many hosts hang', () => {
    const hosts = Array.from({ length: 50 }, (_, index) => `host-${index}.example`);
    for (const host of hosts) opened(host);
    pass(300);

    let probingSeconds = 0;
    for (let second = 0; second < 600; second += 1) {
      const probed = hosts.find((host) => breaker.admits(host));
      if (probed === undefined) {
        pass(1);
        continue;
      }
      pass(15);
      second += 14;
      probingSeconds += 15;
      breaker.record(probed, hung);
    }
    expect(probingSeconds).toBe(60);
  });

  it('knows nothing any more of a host that nobody asked for until 10 min after its time was up', () => {
    opened();
    pass(629.999);
    expect(breaker.anyOpen).toBe(true);
    pass(0.001);
    expect(breaker.anyOpen).toBe(false);
    expect([breaker.admits(HOST), breaker.admits(HOST)]).toEqual([true, true]);
  });

  it('finds out that a host is well again, however many others hang', () => {
    const dead = Array.from({ length: 20 }, (_, index) => `dead-${index}.example`);
    opened();
    for (const host of dead) opened(host);
    // Each second one of the dead is looked at, and every ten seconds a callback to the one that is well.
    let admittedAfterSeconds: number | undefined;
    for (let second = 0; second < 5_000 && admittedAfterSeconds === undefined; second += 1) {
      const host = dead[second % 20] ?? '';
      if (breaker.admits(host)) {
        pass(15);
        second += 14;
        breaker.record(host, hung);
      } else pass(1);
      if (second % 10 === 0 && breaker.admits(HOST)) {
        breaker.record(HOST, answered);
        admittedAfterSeconds = second;
      }
    }
    expect(admittedAfterSeconds).toBeLessThanOrEqual(3_300);
  });

  it('takes attempts that began before it opened for no probe', () => {
    opened();
    for (let late = 0; late < 8; late += 1) breaker.record(HOST, hung);
    pass(30);
    expect(breaker.admits(HOST)).toBe(true);
  });

  it('closes when an attempt goes well that nobody asked it about', () => {
    opened();
    breaker.record(HOST, answered);
    expect(breaker.admits(HOST)).toBe(true);
  });

  it('gives a probe up for lost after a minute', () => {
    opened();
    pass(30);
    breaker.admits(HOST);
    pass(59.999);
    expect(breaker.admits(HOST)).toBe(false);
    pass(0.001);
    expect(breaker.admits(HOST)).toBe(true);
  });

  it('remembers a thousand hosts in trouble, and forgets the one that came first', () => {
    opened('first.example');
    for (let host = 0; host < 1_000; host += 1) opened(`host-${host}.example`);

    expect(breaker.admits('first.example')).toBe(true);
    expect(breaker.admits('host-0.example')).toBe(false);
    expect(breaker.admits('host-999.example')).toBe(false);
  });

  it('remembers a thousand quick hosts, and forgets the one that came first', () => {
    breaker.record('first.example', answered);
    for (let host = 0; host < 1_000; host += 1) breaker.record(`host-${host}.example`, answered);
    opened('first.example');
    opened('host-0.example');

    expect(breaker.admits('first.example')).toBe(false);
    expect(breaker.admits('host-0.example')).toBe(true);
  });
});

describe('what one process tells the others', () => {
  const HUNG_AT_MS = 1_764_000_000_000;

  it('is that a host hung, when its breaker opens', () => {
    expect(breaker.record(HOST, hung)).toEqual({ host: HOST, at_ms: HUNG_AT_MS, failures: 1 });
  });

  it('is how often in a row, with each probe that hangs', () => {
    opened();
    pass(30);
    breaker.admits(HOST);
    expect(breaker.record(HOST, hung)).toEqual({ host: HOST, at_ms: HUNG_AT_MS + 30_000, failures: 2 });
  });

  it('is that it is well again, when its breaker closes', () => {
    opened();
    pass(30);
    breaker.admits(HOST);
    expect(breaker.record(HOST, answered)).toEqual({ host: HOST, at_ms: HUNG_AT_MS + 30_000, failures: 0 });
  });

  it('closes the breaker that it opened', () => {
    breaker.hear({ host: HOST, at_ms: HUNG_AT_MS, failures: 1 });
    pass(40);
    breaker.hear({ host: HOST, at_ms: HUNG_AT_MS + 31_000, failures: 0 });
    expect([breaker.admits(HOST), breaker.admits(HOST)]).toEqual([true, true]);
  });

  it('counts once, however often it is heard', () => {
    const word = { host: HOST, at_ms: HUNG_AT_MS, failures: 2 };
    breaker.hear(word);
    random = 0.999;
    for (let second = 0; second < 60; second += 10) {
      breaker.hear(word);
      pass(10);
    }
    expect(breaker.admits(HOST)).toBe(true);
  });

  it('does not reach into the future: clocks differ', () => {
    breaker.hear({ host: HOST, at_ms: HUNG_AT_MS + 86_400_000, failures: 1 });
    pass(30);
    expect(breaker.admits(HOST)).toBe(true);
  });

  it('is nothing of a host that goes well, fails fast, or hangs while its breaker is open', () => {
    expect([breaker.record(HOST, answered), breaker.record(HOST, refused)]).toEqual([undefined, undefined]);
    opened(OTHER);
    expect(breaker.record(OTHER, hung)).toBeUndefined();
  });

  it('opens the breaker of a host that the others know nothing of', () => {
    breaker.hear({ host: HOST, at_ms: HUNG_AT_MS, failures: 1 });
    expect(breaker.admits(HOST)).toBe(false);
    expect(breaker.anyOpen).toBe(true);
    pass(30);
    expect(breaker.admits(HOST)).toBe(true);
  });

  it('keeps it open for as long as a probe elsewhere has earned it', () => {
    opened();
    pass(20);
    breaker.hear({ host: HOST, at_ms: nowMs, failures: 3 });
    pass(119.999);
    expect(breaker.admits(HOST)).toBe(false);
    pass(0.001);
    expect(breaker.admits(HOST)).toBe(true);
  });

  it('does not disturb a probe that is under way', () => {
    opened();
    pass(30);
    breaker.admits(HOST);
    breaker.hear({ host: HOST, at_ms: nowMs, failures: 2 });
    breaker.record(HOST, answered);
    expect(breaker.admits(HOST)).toBe(true);
  });

  it('must be two failures where the host was quick here, for a great host may have one slow customer', () => {
    breaker.record(HOST, answered);
    pass(1);
    breaker.hear({ host: HOST, at_ms: nowMs, failures: 1 });
    expect(breaker.admits(HOST)).toBe(true);

    breaker.hear({ host: HOST, at_ms: nowMs, failures: 2 });
    expect(breaker.admits(HOST)).toBe(false);
  });

  it('is no news where the host was quick here since', () => {
    pass(5);
    breaker.record(HOST, answered);
    breaker.hear({ host: HOST, at_ms: HUNG_AT_MS, failures: 5 });
    expect(breaker.admits(HOST)).toBe(true);
  });
});
