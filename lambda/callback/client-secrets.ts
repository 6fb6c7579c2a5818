import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientSecret, liveMasters, type MasterSecret, parseMasterSecret } from './signing-secret.ts';

/** Gives a client's live signing secrets, the current one first. */
export type ClientSecrets = (client: string) => Promise<string[]>;

/** How long a warm function goes without seeing a rotation, in milliseconds. */
const CACHE_MS = 5 * 60 * 1000;

/** Reads the master secret from Secrets Manager, at most once in five minutes, and derives from it. */
export function clientSecretsFrom(secretArn: string, now: () => number): ClientSecrets {
  const client = new SecretsManagerClient({
    maxAttempts: 3,
    // Without the last of these the SDK only warns of a request that takes too long.
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
  });
  let cached: { readonly master: Promise<MasterSecret>; readonly untilMs: number } | undefined;

  const read = async () => {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    return parseMasterSecret(SecretString);
  };

  /** A refresh that fails does not stop what the secret of five minutes ago can still sign. */
  const refreshed = async (): Promise<MasterSecret> => {
    const before = await cached?.master.catch(() => undefined);
    return await read().catch((error: unknown) => {
      if (before === undefined) throw error;
      return before;
    });
  };

  return async (name) => {
    if (cached === undefined || cached.untilMs <= now()) {
      cached = { master: refreshed(), untilMs: now() + CACHE_MS };
    }
    try {
      return liveMasters(await cached.master, now()).map((master) => clientSecret(master, name));
    } catch (error) {
      cached = undefined;
      throw error;
    }
  };
}
