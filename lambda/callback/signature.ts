import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

const PREFIX = 'whsec_';

/**
 * One signature of a callback as Standard Webhooks 1.0 defines it: `v1,` and the base64 HMAC-SHA256 of
 * `id.timestamp.body`, keyed with the bytes that the secret holds in base64.
 *
 * @param secret `whsec_` and base64
 * @param timestampSeconds Unix time of the attempt, whole seconds
 */
export function standardWebhooksSignature(
  secret: string,
  id: string,
  timestampSeconds: number,
  body: string,
): string {
  const mac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestampSeconds}.`).update(body, 'utf8');
  return `v1,${mac.digest('base64')}`;
}

// A KeyObject is hashed into the HMAC several times faster than a Buffer, which OpenSSL copies each time.
const keys = new Map<string, KeyObject>();
const MAX_KEYS = 1_000;

function keyOf(secret: string): KeyObject {
  const known = keys.get(secret);
  if (known !== undefined) return known;
  if (!secret.startsWith(PREFIX)) throw new TypeError(`a signing secret must begin with ${PREFIX}`);
  const key = createSecretKey(secret.slice(PREFIX.length), 'base64');
  if (keys.size >= MAX_KEYS) keys.clear();
  keys.set(secret, key);
  return key;
}
