import { hkdfSync } from 'node:crypto';
import { LoggableError } from '../loggable-error.ts';

/** The master secret as it lies in Secrets Manager. Every client's signing secret is derived from it. */
export interface MasterSecret {
  readonly current: string;
  /** The one before the last rotation, with which callbacks are signed too while receivers change over. */
  readonly previous?: string;
  /** Until when `previous` signs, as an ISO 8601 time. */
  readonly previousUntil?: string;
}

/** The shortest master that is accepted: 43 characters of base64url hold 256 bits. */
const MIN_MASTER_LENGTH = 43;

/**
 * Reads the secret's string.
 *
 * @throws LoggableError that tells what is wrong with it, never what it holds
 */
export function parseMasterSecret(text: string): MasterSecret {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new LoggableError('the master secret is not JSON; expected {"current":"…"}');
  }
  const { current, previous, previousUntil } = (value ?? {}) as Record<string, unknown>;
  if (typeof current !== 'string' || current.length < MIN_MASTER_LENGTH) {
    throw new LoggableError(
      `the master secret needs a "current" of at least ${MIN_MASTER_LENGTH} random characters, as the stack generates it`,
    );
  }
  if (typeof previous !== 'string' || typeof previousUntil !== 'string') return { current };
  return { current, previous, previousUntil };
}

/** The masters to sign with now, the current one first. */
export function liveMasters(secret: MasterSecret, nowMs: number): string[] {
  const { current, previous, previousUntil } = secret;
  const overlap = previous !== undefined && Date.parse(previousUntil ?? '') > nowMs;
  return overlap ? [current, previous] : [current];
}

/**
 * A client's own signing secret: HKDF-SHA256 (RFC 5869) of the master with the client's name as `info`. So
 * nothing is stored for a client, and one client's secret says nothing about another's.
 *
 * @returns `whsec_` and the base64 of 32 bytes, as Standard Webhooks writes secrets
 */
export function clientSecret(master: string, client: string): string {
  const bytes = hkdfSync('sha256', master, '', `callback-completion/signing/v1/${client}`, 32);
  return `whsec_${Buffer.from(bytes).toString('base64')}`;
}
