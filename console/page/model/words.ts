/** Numbers and times as people read them. Pure: the present time is given. */

/** `12 s ago`, `in 4 min`, `just now`. */
export function relativeTime(atMs: number, nowMs: number): string {
  const awayMs = Math.abs(nowMs - atMs);
  if (awayMs < 1_500) return 'just now';
  return atMs < nowMs ? `${roughly(awayMs)} ago` : `in ${roughly(nearest(awayMs))}`;
}

/** To the nearest of the unit that it is told in: what is 23 h 59 min off is not `in 23 h`. */
function nearest(ms: number): number {
  const unitMs = ms < 60_000 ? 1_000 : ms < 3_600_000 ? 60_000 : ms < 172_800_000 ? 3_600_000 : 86_400_000;
  return Math.round(ms / unitMs) * unitMs;
}

/** One unit, rounded down: `45 s`, `12 min`, `3 h`, `2 d`. */
export function roughly(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `87 ms`, `1.4 s`, `2 min`. */
export function took(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : roughly(ms);
}

/** `2025-11-21 12:52:07 UTC`: the same for everybody who looks, and as the logs have it. */
export function absoluteTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `950`, `12,400`, `1.2 M`; a dash where it is not known. */
export function count(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (value >= 1_000_000) return `${(value / 1_000_000).toFixed(1)} M`;
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });
}

/** Of an AWS identity what tells it from the others of its account: `user/alice`. */
export function shortClient(client: string): string {
  return client.replace(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/, '');
}

/** `1 task`, `2 tasks`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}
