import { timingSafeEqual } from 'node:crypto';

/**
 * Whether a text is the one that is asked for, in a time that does not tell how much of it is. That of another length
 * is found out at once: how long a signature or a hash is, is no secret.
 */
export function equalInConstantTime(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
