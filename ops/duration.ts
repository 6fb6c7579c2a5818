import { UsageError } from '../local/options.ts';

const UNIT_SECONDS = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;

const MAX_OVERLAP_SECONDS = 30 * UNIT_SECONDS.d;

/**
 * Reads how long a rotation's overlap lasts, written as the stack's settings are: `24h`.
 *
 * @returns seconds, more than 0 and at most 30 days
 * @throws UsageError
 */
export function parseOverlap(text: string): number {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS];
  if (!(seconds > 0 && seconds <= MAX_OVERLAP_SECONDS)) {
    throw new UsageError(
      `--overlap is ${text}; it must be a whole number with a unit s, m, h or d, more than 0 and at most 30d. Example: --overlap 24h`,
    );
  }
  return seconds;
}
