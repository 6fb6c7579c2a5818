import { createHash, createHmac, createSecretKey, type Hash, type Hmac, type KeyObject } from 'node:crypto';

type Secret = string | ArrayBuffer | ArrayBufferView;

/** The SDK keeps a signing key for a day, and gives the same array each time. */
const keyObjects = new WeakMap<object, KeyObject>();

/**
 * SHA-256, or HMAC-SHA-256 with a secret, for the signatures of AWS requests. The SDK's own class hands Node the signing
 * key's bytes, of which Node makes a key for each signature. Here it is made once.
 */
export class Sha256 {
  readonly #secret: Secret | undefined;
  #hash: Hash | Hmac;

  constructor(secret?: Secret) {
    this.#secret = secret;
    this.#hash = start(secret);
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  /** Ends the hash; `reset` begins another. */
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = start(this.#secret);
  }
}

function start(secret: Secret | undefined): Hash | Hmac {
  return secret === undefined ? createHash('sha256') : createHmac('sha256', keyOf(secret));
}

function keyOf(secret: Secret): string | KeyObject {
  if (typeof secret === 'string') return secret;
  const known = keyObjects.get(secret);
  if (known !== undefined) return known;
  const key = createSecretKey(ArrayBuffer.isView(secret) ? (secret as Uint8Array) : new Uint8Array(secret));
  keyObjects.set(secret, key);
  return key;
}
