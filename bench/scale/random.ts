import { mulberry32 } from '../mulberry32.ts';

/** Numbers that look random and are the same for the same seed. */
export interface Dice {
  /** In [0, 1). */
  readonly uniform: () => number;
  /** Normally distributed, mean 0, deviation 1. */
  readonly normal: () => number;
  /** Exponentially distributed with this mean: the time between events that know nothing of each other. */
  readonly exponential: (mean: number) => number;
}

/** @param seed any whole number; its lower 32 bits count */
export function diceOf(seed: number): Dice {
  // Some forty times as many as one run draws.
  const uniform = mulberry32(seed);
  return {
    uniform,
    // Box and Muller.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    exponential: (mean) => -Math.log(1 - uniform()) * mean,
  };
}

/** The 99th percentile of the normal distribution. */
const NORMAL_P99 = 2.326_347_874;

/** Draws from the lognormal distribution that has this median and this 99th percentile. */
export function lognormal(medianMs: number, p99Ms: number, { normal }: Dice): () => number {
  const sigma = Math.log(p99Ms / medianMs) / NORMAL_P99;
  return () => medianMs * Math.exp(sigma * normal());
}
