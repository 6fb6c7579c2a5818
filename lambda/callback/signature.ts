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
  if (!secret.startsWith(PREFIX)) throw new TypeError(`a signing secret must begin with ${PREFIX}`);
  const key = keyOf(secret.slice(PREFIX.length), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestampSeconds}.`).update(body, 'utf8');
  return `v1,${mac.digest('base64')}`;
}

/**
 * The signature of a callback as Beam's second version defines it: the lower-case hex HMAC-SHA256 of
 * `base64(body):timestamp`. The key is the secret's text as it is, with its prefix: nothing in it is decoded.
 *
 * @param timestampSeconds Unix time of the attempt, whole seconds
 */
export function beamSignature(secret: string, timestampSeconds: number, body: string): string {
  const signed = `${Buffer.from(body, 'utf8').toString('base64')}:${timestampSeconds}`;
  return createHmac('sha256', keyOf(secret, 'utf8')).update(signed).digest('hex');
}

// A KeyObject is hashed into the HMAC several times faster than a Buffer, which OpenSSL copies each time.
const keys = new Map<string, KeyObject>();
const MAX_KEYS = 2_000;

function keyOf(text: string, encoding: 'base64' | 'utf8'): KeyObject {
  const name = `${encoding}:${text}`;
  const known = keys.get(name);
  if (known !== undefined) return known;
  const key = createSecretKey(text, encoding);
  if (keys.size >= MAX_KEYS) keys.clear();
  keys.set(name, key);
  return key;
}
