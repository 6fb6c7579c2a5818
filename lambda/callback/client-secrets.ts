import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsClientSettings } from '../aws-client.ts';
import { clientSecret, liveMasters, type MasterSecret, parseMasterSecret } from './signing-secret.ts';

/** Gives a client's live signing secrets, the current one first. */
export type ClientSecrets = (client: string) => Promise<string[]>;

/** How long a warm function goes without seeing a rotation, in milliseconds. */
const CACHE_MS = 5 * 60 * 1000;

/**
 * How long after it was read a master still signs while it cannot be read again, in milliseconds. Longer than most
 * outages; and so soon a master that was replaced in an emergency signs nothing more.
 */
const LONGEST_USE_MS = 60 * 60 * 1000;

/** Answers that are a decision and no fault: this function may not read the secret any more, or there is none. */
const DEFINITE_NO = new Set([
  'AccessDeniedException',
  'ResourceNotFoundException',
  'InvalidRequestException', // marked for deletion
  'DecryptionFailure', // its key is disabled
]);

/** Clients whose derived secrets are kept, as a bound on memory. */
const MAX_CLIENTS = 1_000;

interface ReadMaster {
  readonly master: MasterSecret;
  /** When it was asked for, in epoch milliseconds. */
  readonly readAtMs: number;
}

/**
 * Reads the master secret from Secrets Manager, at most once in 5 minutes, and derives from it.
 *
 * Where it cannot be read again, the last one that was read signs on: up to 1 hour after it was read, and not at
 * all after a definite no (access denied, no such secret, secret marked for deletion, its key disabled). Then it is
 * asked for whenever one is needed, and what came back instead is thrown.
 */
export function clientSecretsFrom(secretArn: string, now: () => number): ClientSecrets {
  const client = new SecretsManagerClient(awsClientSettings());
  let cached: { readonly read: Promise<ReadMaster>; readonly untilMs: number } | undefined;
  let lastGood: ReadMaster | undefined;
  // A client's secret is derived once, not for each of its callbacks: 10 µs of them.
  const derived = new Map<string, string>();
  const secretOf = (master: string, client: string): string => {
    const name = `${master}/${client}`;
    const known = derived.get(name);
    if (known !== undefined) return known;
    if (derived.size >= MAX_CLIENTS) derived.clear();
    const secret = clientSecret(master, client);
    derived.set(name, secret);
    return secret;
  };

  const read = async (): Promise<ReadMaster> => {
    const readAtMs = now();
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    return { master: parseMasterSecret(SecretString), readAtMs };
  };

  const refreshed = async (): Promise<ReadMaster> => {
    try {
      lastGood = await read();
    } catch (error) {
      if (error instanceof Error && DEFINITE_NO.has(error.name)) lastGood = undefined;
      if (lastGood === undefined || now() >= usableUntilMs(lastGood)) throw error;
    }
    return lastGood;
  };

  return async (name) => {
    const nowMs = now();
    if (cached === undefined || cached.untilMs <= nowMs) {
      const usableMs = lastGood === undefined ? 0 : usableUntilMs(lastGood) - nowMs;
      // An old one is not kept beyond its hour, should it come to be used once more.
      const keptMs = usableMs > 0 ? Math.min(CACHE_MS, usableMs) : CACHE_MS;
      cached = { read: refreshed(), untilMs: nowMs + keptMs };
    }
    const asked = cached;
    try {
      const { master } = await asked.read;
      return liveMasters(master, now()).map((live) => secretOf(live, name));
    } catch (error) {
      // Unless another has asked anew meanwhile.
      if (cached === asked) cached = undefined;
      throw error;
    }
  };
}

function usableUntilMs({ readAtMs }: ReadMaster): number {
  return readAtMs + LONGEST_USE_MS;
}
