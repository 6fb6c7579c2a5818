import { Duration } from 'aws-cdk-lib';
import { secondsIn, UNIT_SECONDS } from '../lambda/contract/duration.ts';

/** How durations are written in settings; `parseDuration` reads it. */
export const DURATION_NOTATION = 'a whole number with a unit s, m, h or d';

/** Reads `90s`, `5m`, `2h`, `3d`; anything else is `undefined`. */
export function parseDuration(text: string): Duration | undefined {
  const seconds = secondsIn(text);
  return seconds === undefined ? undefined : Duration.seconds(seconds);
}

/** Writes seconds the way `parseDuration` reads them, in the largest unit that divides them: `5400` is `90m`. */
export function formatSeconds(seconds: number): string {
  for (const [unit, unitSeconds] of Object.entries(UNIT_SECONDS)) {
    if (seconds !== 0 && seconds % unitSeconds === 0) return `${seconds / unitSeconds}${unit}`;
  }
  return `${seconds}s`;
}
