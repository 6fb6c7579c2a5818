import { randomBytes } from 'node:crypto';
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import {
  clientSecret,
  liveMasters,
  type MasterSecret,
  parseMasterSecret,
} from '../../lambda/callback/signing-secret.ts';
import { Fault } from '../fault.ts';
import type { Target } from '../target.ts';

/** What a client's callbacks are signed with; one that ends is the one before the last rotation. */
export interface SigningSecret {
  /** As Standard Webhooks writes it: `whsec_…`. */
  readonly secret: string;
  /** Until when it signs, as an ISO 8601 time; undefined: until a rotation. */
  readonly until: string | undefined;
}

/** Reads the master secret. */
export async function readMaster(target: Target): Promise<MasterSecret> {
  const masterSecretArn = target.output('master_secret_arn');
  const { SecretString = '' } = await target
    .secretsManager()
    .send(new GetSecretValueCommand({ SecretId: masterSecretArn }));
  try {
    return parseMasterSecret(SecretString);
  } catch (error) {
    throw new Fault(`${masterSecretArn} cannot be used: ${(error as Error).message}`);
  }
}

/** Until when the master before the last rotation signs; undefined where there is none any more. */
export function overlapEnd(master: MasterSecret, nowMs: number): string | undefined {
  return liveMasters(master, nowMs).length > 1 ? master.previousUntil : undefined;
}

/**
 * Replaces the master. What it was goes on signing until the overlap ends; what was before that stops at once.
 *
 * @param before as it was read
 */
export async function rotateMaster(
  target: Target,
  before: MasterSecret,
  overlapSeconds: number,
  nowMs: number,
): Promise<{ readonly previousUntil: string }> {
  const previousUntil = new Date(nowMs + overlapSeconds * 1_000).toISOString();
  const after: MasterSecret = {
    // 64 characters, as many as the stack generates.
    current: randomBytes(48).toString('base64url'),
    previous: before.current,
    previousUntil,
  };
  const SecretId = target.output('master_secret_arn');
  await target
    .secretsManager()
    .send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(after) }));
  return { previousUntil };
}

/** A client's live signing secrets, the current one first. */
export function signingSecrets(master: MasterSecret, client: string, nowMs: number): SigningSecret[] {
  return liveMasters(master, nowMs).map((text, index) => ({
    secret: clientSecret(text, client),
    until: index === 0 ? undefined : master.previousUntil,
  }));
}
