export type Phase = 'starting' | 'storm' | 'settling' | 'redriving' | 'ended';

/** Which phase the run is in, and how long each has taken. */
export interface PhaseClock {
  readonly phase: Phase;
  enter(phase: Phase): void;
  /** Milliseconds spent in it so far; 0 for one that has not begun. */
  msOf(phase: Phase): number;
}

/** @param now a clock in milliseconds that only goes forward */
export function phaseClock(now: () => number): PhaseClock {
  let current: Phase = 'starting';
  let sinceMs = now();
  const took = new Map<Phase, number>();
  return {
    get phase() {
      return current;
    },
    enter(phase) {
      took.set(current, now() - sinceMs);
      [current, sinceMs] = [phase, now()];
    },
    msOf(phase) {
      return phase === current ? now() - sinceMs : (took.get(phase) ?? 0);
    },
  };
}
