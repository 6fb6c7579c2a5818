/** Seconds per unit of a duration text. The largest unit comes first. */
export const UNIT_SECONDS = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;

/** A duration in settings, options and task definitions: `90s`, `5m`, `2h`, `3d`. */
export type DurationText = `${number}${keyof typeof UNIT_SECONDS}`;

/** Parses a duration text into seconds. Returns undefined for any other notation. */
export function secondsIn(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  return Number(count) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS];
}
