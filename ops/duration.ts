import { secondsIn, UNIT_SECONDS } from '../lambda/contract/duration.ts';
import { UsageError } from '../local/user-error.ts';

const MAX_OVERLAP_SECONDS = 30 * UNIT_SECONDS.d;

/** The longest that may be asked for: ten years, longer than any entry is kept. */
const MAX_AGE_SECONDS = 3_650 * UNIT_SECONDS.d;

/**
 * Reads how long a rotation's overlap lasts, written as the stack's settings are: `24h`.
 *
 * @returns seconds, more than 0 and at most 30 days
 * @throws UsageError
 */
export function parseOverlap(text: string): number {
  const seconds = secondsIn(text) ?? Number.NaN;
  if (!(seconds > 0 && seconds <= MAX_OVERLAP_SECONDS)) {
    throw new UsageError(
      `--overlap is ${text}; it must be a whole number with a unit s, m, h or d, more than 0 and at most 30d. Example: --overlap 24h`,
    );
  }
  return seconds;
}

/**
 * Reads how long ago: `15m`.
 *
 * @returns milliseconds, at least a second
 * @throws UsageError
 */
export function parseAge(option: string, text: string): number {
  const seconds = secondsIn(text) ?? Number.NaN;
  if (seconds > 0 && seconds <= MAX_AGE_SECONDS) return seconds * 1_000;
  throw new UsageError(
    `--${option} is ${text}; it must be a whole number with a unit s, m, h or d, more than 0 and at most 3650d. Example: --${option} 15m`,
  );
}

/**
 * Reads how long a key is valid: `90d`.
 *
 * @returns milliseconds, at least a second
 * @throws UsageError
 */
export function parseLifetime(text: string): number {
  const seconds = secondsIn(text) ?? Number.NaN;
  if (seconds > 0 && seconds <= MAX_AGE_SECONDS) return seconds * 1_000;
  throw new UsageError(
    `--expires is ${text}; it must be how long from now, a whole number with a unit s, m, h or d, more than 0 and at most 3650d. Example: --expires 90d`,
  );
}

/**
 * Reads since when: how long ago (`2h`), or an ISO 8601 time (`2025-11-24T16:00Z`; without a zone, of this machine).
 *
 * @returns epoch milliseconds, not in the future
 * @throws UsageError
 */
export function parseSince(text: string, nowMs: number): number {
  const seconds = secondsIn(text) ?? Number.NaN;
  const atMs = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : nowMs - seconds * 1_000;
  if (atMs <= nowMs && atMs >= 0) return atMs;
  throw new UsageError(
    `--since is ${text}; it must be how long ago, a whole number with a unit s, m, h or d, or a time that has passed. Examples: --since 2h, --since 2025-11-24T16:00Z`,
  );
}

/** A span of time in its largest unit, rounded down: `5m`; `0s` for what is yet to come. */
export function roughly(ms: number): string {
  const seconds = Math.max(0, Math.trunc(ms / 1_000));
  for (const [unit, length] of Object.entries(UNIT_SECONDS)) {
    if (seconds >= length) return `${Math.trunc(seconds / length)}${unit}`;
  }
  return '0s';
}
