import { mulberry32 } from '../bench/mulberry32.ts';

/** Numbers in [0, 1). */
export type Random = () => number;

/**
 * A generator that gives the same numbers for the same seed.
 *
 * @param seed any whole number
 * @param purpose a seed's generators differ by what they are for, so that one's use does not shift another's
 */
export function seededRandom(seed: number, purpose: string): Random {
  let state = seed | 0;
  for (const letter of purpose) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193);
  return mulberry32(state);
}

/** One of them, each as often as its share of all shares says. */
export function drawn<T extends { readonly share: number }>(choices: readonly T[], random: Random): T {
  let rest = random() * choices.reduce((sum, { share }) => sum + share, 0);
  for (const choice of choices) {
    rest -= choice.share;
    if (rest < 0) return choice;
  }
  throw new RangeError('there is nothing to choose from');
}

/** So many times within a span, in order: one in each of as many equal parts of it. */
export function spreadTimes(count: number, spanMs: number, random: Random): number[] {
  return Array.from({ length: count }, (_, index) => ((index + random()) / count) * spanMs);
}
