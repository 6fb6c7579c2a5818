import { Duration } from 'aws-cdk-lib';

const UNIT_SECONDS = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;

/** How durations are written in settings; `parseDuration` reads it. */
export const DURATION_NOTATION = 'a whole number with a unit s, m, h or d';

/** Reads `90s`, `5m`, `2h`, `3d`; anything else is `undefined`. */
export function parseDuration(text: string): Duration | undefined {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  return Duration.seconds(Number(count) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS]);
}

/** Writes seconds the way `parseDuration` reads them, in the largest unit that divides them: `5400` is `90m`. */
export function formatSeconds(seconds: number): string {
  for (const [unit, unitSeconds] of Object.entries(UNIT_SECONDS)) {
    if (seconds !== 0 && seconds % unitSeconds === 0) return `${seconds / unitSeconds}${unit}`;
  }
  return `${seconds}s`;
}
