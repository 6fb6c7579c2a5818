import { HOUR_MS, MINUTE_MS } from './assumptions.ts';

/** Curves are told in windows of this length. */
export const WINDOW_MS = 10 * MINUTE_MS;

/** Times are counted in classes of 1 %: a percentile is told at most so much too high. */
const CLASS_RATIO = 1.01;
const CLASSES = 2_000;

/** How many times fell into which class. */
export interface Histogram {
  add(ms: number): void;
  /** The upper edge of the class that holds the percentile, in milliseconds; 0 where nothing was added. */
  percentile(share: number): number;
  readonly count: number;
}

function histogram(): Histogram {
  const classes = new Int32Array(CLASSES);
  let count = 0;
  return {
    get count() {
      return count;
    },
    add(ms) {
      const index = Math.min(Math.floor(Math.log(Math.max(ms, 1)) / Math.log(CLASS_RATIO)), CLASSES - 1);
      classes[index] = (classes[index] ?? 0) + 1;
      count += 1;
    },
    percentile(share) {
      let rest = Math.ceil(share * count);
      if (rest === 0) return 0;
      const index = classes.findIndex((inClass) => {
        rest -= inClass;
        return rest <= 0;
      });
      return CLASS_RATIO ** (index + 1);
    },
  };
}

/** The largest value of each window of time. */
export interface Peaks {
  see(atMs: number, value: number): void;
  /** By window, from the start on; 0 where nothing was seen. */
  readonly windows: readonly number[];
  readonly highest: number;
  /** When the highest was seen first, in milliseconds from the start. */
  readonly highestAtMs: number;
}

export function peaks(): Peaks {
  const windows: number[] = [];
  let highest = 0;
  let highestAtMs = 0;
  return {
    windows,
    get highest() {
      return highest;
    },
    get highestAtMs() {
      return highestAtMs;
    },
    see(atMs, value) {
      const window = Math.floor(atMs / WINDOW_MS);
      while (windows.length <= window) windows.push(0);
      if (value > (windows[window] ?? 0)) windows[window] = value;
      if (value > highest) {
        highest = value;
        highestAtMs = atMs;
      }
    },
  };
}

/** The times of live callbacks, all together and by the window in which each became receivable. */
export interface LiveTimes {
  add(receivableAtMs: number, tookMs: number): void;
  readonly all: Histogram;
  /** The p99 of each window, in milliseconds. */
  p99ByWindow(): number[];
}

export function liveTimes(): LiveTimes {
  const all = histogram();
  const windows: Histogram[] = [];
  return {
    all,
    add(receivableAtMs, tookMs) {
      all.add(tookMs);
      const window = Math.floor(receivableAtMs / WINDOW_MS);
      while (windows.length <= window) windows.push(histogram());
      windows[window]?.add(tookMs);
    },
    p99ByWindow: () => windows.map((window) => window.percentile(0.99)),
  };
}

/** `3 h 20 min` of the simulated time, for people. */
export function clockText(ms: number): string {
  const minutes = Math.round(ms / MINUTE_MS);
  return `${Math.floor((minutes * MINUTE_MS) / HOUR_MS)} h ${minutes % 60} min`;
}
