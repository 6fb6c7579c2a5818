import { createHash } from 'node:crypto';

/** What a client's key is made of: `cck_<id>_<secret>`. */
export interface ApiKey {
  /** 16 hex digits, by which the key is found. No secret: it is listed, and logged. */
  readonly id: string;
  /** 256 random bits in base64url, 43 characters. */
  readonly secret: string;
}

const ID_BYTES = 8;
const SECRET_BYTES = 32;
const API_KEY = /^cck_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** @param randomBytes so many bytes that nobody can guess: `node:crypto`'s */
export function newApiKey(randomBytes: (count: number) => Buffer): ApiKey {
  return {
    id: randomBytes(ID_BYTES).toString('hex'),
    secret: randomBytes(SECRET_BYTES).toString('base64url'),
  };
}

/** The key as its client is given it. */
export function apiKeyText({ id, secret }: ApiKey): string {
  return `cck_${id}_${secret}`;
}

/**
 * Reads the key of an `Authorization: Bearer …` header (RFC 6750; the scheme's case does not count).
 *
 * @returns undefined for all else, so that what cannot be a key costs no read
 */
export function bearerApiKey(authorization: string | undefined): ApiKey | undefined {
  const [, token = ''] = /^bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
  const [, id, secret] = API_KEY.exec(token) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/**
 * What is stored of a secret: its SHA-256 in base64url. A slow hash would add nothing, for 256 random bits are
 * not found by trying.
 */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
