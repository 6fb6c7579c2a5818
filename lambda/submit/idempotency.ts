import { createHash } from 'node:crypto';
import { MAX_IDEMPOTENCY_KEY_LENGTH } from '../contract/limits.ts';
import { Problem } from '../http/problem.ts';

/**
 * The value of an `Idempotency-Key` header.
 *
 * @throws Problem 400 where it is empty, too long, or not printable ASCII
 */
export function parseIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (!/^[\x20-\x7e]+$/.test(header) || header.trim() === '' || header.length > MAX_IDEMPOTENCY_KEY_LENGTH) {
    const message = `must be 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} printable ASCII characters; ${header.length} were given`;
    throw new Problem({
      status: 400,
      title: 'Bad Request',
      detail: `The header Idempotency-Key ${message}. A UUID for each task is a good choice.`,
      issues: [{ path: 'Idempotency-Key', message }],
    });
  }
  return header;
}

/**
 * The id of the task that a client's key names: a UUIDv8 (RFC 9562, 5.8) of SHA-256. The same client and key give
 * the same id, so the ledger's own key is what keeps a task from being accepted twice.
 */
export function taskIdOf(client: string, idempotencyKey: string): string {
  // The length sets the client apart from the key: no two pairs write the same text.
  const digest = createHash('sha256').update(`${client.length}:${client}${idempotencyKey}`).digest();
  const bytes = digest.subarray(0, 16);
  bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A fingerprint of what a request asks for. The order of fields does not count, their absence does. */
export function requestHash(request: object): string {
  return createHash('sha256').update(canonicalJson(request)).digest('base64url');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
