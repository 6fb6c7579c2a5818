import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** In the state folder while the local stack runs. One that was killed leaves it behind. */
const FILE_NAME = 'endpoints.json';

const localEndpointsSchema = z.object({
  /** Of the HTTP API and the inbox, without a trailing slash. */
  apiUrl: z.string(),
  engines: z.object({
    sqs: z.string(),
    dynamodb: z.string(),
    secretsManager: z.string(),
    s3: z.string().optional(),
    sns: z.string().optional(),
  }),
  ledgerTable: z.string().optional(),
  queueUrls: z.object({
    tasks: z.string().optional(),
    callbacks: z.string().optional(),
    'dead-letters': z.string().optional(),
  }),
  masterSecretArn: z.string().optional(),
  /** What the operators' commands need to know of how the stack behaves; times in whole seconds. */
  settings: z
    .object({
      deliveryDeadlineSeconds: z.string().optional(),
      retentionSeconds: z.string().optional(),
      /** Who vouches for the API's clients. */
      auth: z.string().optional(),
    })
    .optional(),
  /** The one client of the local API, as its callbacks' signing secret is derived for it; none where keys tell clients apart. */
  client: z.string().optional(),
});

/** Where a running local stack is reached. Its ports and with them its queues' URLs change with every start. */
export type LocalEndpoints = z.infer<typeof localEndpointsSchema>;

export function writeEndpoints(stateDirectory: string, endpoints: LocalEndpoints): void {
  const file = join(stateDirectory, FILE_NAME);
  // The engines take any credentials: who knows their ports can read the secret. So only the owner is told.
  rmSync(`${file}.new`, { force: true });
  writeFileSync(`${file}.new`, JSON.stringify(endpoints, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function removeEndpoints(stateDirectory: string): void {
  rmSync(join(stateDirectory, FILE_NAME), { force: true });
}

/** What the stack of that folder has written; undefined where none runs. */
export function readEndpoints(stateDirectory: string): LocalEndpoints | undefined {
  let text: string;
  try {
    text = readFileSync(join(stateDirectory, FILE_NAME), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return localEndpointsSchema.parse(JSON.parse(text));
}
