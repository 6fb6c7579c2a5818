import { bearerApiKey } from '../../lambda/authorize/api-key.ts';
import { UsageError } from '../../local/user-error.ts';

/** What a client may be called whose keys the operators make. */
export const CLIENT_NAME = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Reads the option that names a client.
 *
 * @throws UsageError
 */
export function clientName(given: string): string {
  if (CLIENT_NAME.test(given)) return given;
  throw new UsageError(
    `--client is ${JSON.stringify(given)}; a client's name is 1 to 64 letters, digits or any of . _ - Example: --client billing`,
  );
}

/**
 * Reads which key is meant: its id, or the key itself, which is what one has of a key that has got out.
 *
 * @throws UsageError that does not repeat what was given, for it may be most of a key
 */
export function keyId(given: string): string {
  const id = /^[0-9a-f]{16}$/.test(given) ? given : bearerApiKey(`Bearer ${given}`)?.id;
  if (id !== undefined) return id;
  throw new UsageError(
    "That is no key's id; one is 16 hex digits, as keys list shows it: 0f1e2d3c4b5a6978. The whole key will do, too.",
  );
}
