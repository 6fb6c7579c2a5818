import { equalInConstantTime } from '../equal.ts';
import type { ApiKeyRecord, ReadApiKey } from '../ledger/api-keys.ts';
import { bearerApiKey, secretHash } from './api-key.ts';

/** Why a request is refused; for the log alone, its sender is not told. */
export type Refusal = 'malformed' | 'unknown' | 'wrong-secret' | 'revoked' | 'expired';

export type Verdict =
  | { readonly allowed: true; readonly client: string }
  | { readonly allowed: false; readonly because: Refusal; readonly keyId?: string };

/** Compared with where there is no such key, so that the time taken does not tell which ids there are. */
const NO_KEY = { secret_sha256: secretHash('') } as const;

/**
 * Whose key a request carries.
 *
 * @param authorization the header `Authorization`, as it was sent
 * @throws what reading the key throws: a fault is never an answer, least of all a yes
 */
export async function authorize(
  authorization: string | undefined,
  readApiKey: ReadApiKey,
  nowMs: number,
): Promise<Verdict> {
  const key = bearerApiKey(authorization);
  if (key === undefined) return { allowed: false, because: 'malformed' };

  const record = await readApiKey(key.id);
  const isRight = equalInConstantTime(secretHash(key.secret), (record ?? NO_KEY).secret_sha256);
  const because = refusal(record, isRight, nowMs);
  if (record === undefined || because !== undefined) {
    return { allowed: false, because: because ?? 'unknown', keyId: key.id };
  }
  return { allowed: true, client: record.client };
}

function refusal(record: ApiKeyRecord | undefined, isRight: boolean, nowMs: number): Refusal | undefined {
  if (record === undefined) return 'unknown';
  if (!isRight) return 'wrong-secret';
  if (record.revoked_at_ms !== undefined) return 'revoked';
  if (record.expires_at_ms !== undefined && record.expires_at_ms <= nowMs) return 'expired';
  return undefined;
}
