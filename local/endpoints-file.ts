import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { UserError } from './user-error.ts';

/** In the state folder while the local stack runs. One that was killed leaves it behind. */
const FILE_NAME = 'endpoints.json';

/** Thrown for a file that this version cannot read. */
class EndpointsFileError extends UserError {
  override readonly name = 'EndpointsFileError';
}

const enginesSchema = z.object({
  sqs: z.string(),
  dynamodb: z.string(),
  secretsManager: z.string(),
  s3: z.string().optional(),
  sns: z.string().optional(),
});

const pipelineEndpointsSchema = z.object({
  /** The pipeline's name, unique in its account and region: `Shop/Callbacks`. */
  name: z.string(),
  /** Id of its construct: `Callbacks`. */
  id: z.string(),
  /** Of the HTTP API and the inbox, without a trailing slash. */
  apiUrl: z.string(),
  ledgerTable: z.string().optional(),
  queueUrls: z.object({
    tasks: z.string().optional(),
    callbacks: z.string().optional(),
    'dead-letters': z.string().optional(),
  }),
  masterSecretArn: z.string().optional(),
  /** Settings that the operators' commands need; times in whole seconds. */
  settings: z
    .object({
      deliveryDeadlineSeconds: z.string().optional(),
      retentionSeconds: z.string().optional(),
      /** How the API's clients are authenticated. */
      auth: z.string().optional(),
    })
    .optional(),
  /** The one client of the local API, which signing secrets are derived for; undefined with `auth: 'api-key'`. */
  client: z.string().optional(),
});

const localEndpointsSchema = z.object({
  engines: enginesSchema,
  pipelines: z.array(pipelineEndpointsSchema),
});

/** The file of 0.1.0, which runs one pipeline and does not name it. */
const endpointsOfOnePipelineSchema = pipelineEndpointsSchema
  .omit({ name: true, id: true })
  .extend({ engines: enginesSchema })
  .transform(({ engines, ...pipeline }): LocalEndpoints => {
    const named = { name: 'CallbackCompletion/Pipeline', id: 'Pipeline', ...pipeline };
    return { engines, pipelines: [named] };
  });

/** Where one pipeline of a running local stack is reached. */
export type PipelineEndpoints = z.infer<typeof pipelineEndpointsSchema>;

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

/**
 * Reads what the stack of that folder has written.
 *
 * @returns undefined if no stack runs there
 * @throws EndpointsFileError for a file that no version up to this one writes
 */
export function readEndpoints(stateDirectory: string): LocalEndpoints | undefined {
  const file = join(stateDirectory, FILE_NAME);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ENOTDIR: the state folder is a file.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new EndpointsFileError(
      `${file} cannot be read (${code}). Give --state the folder of a local stack that you have started.`,
    );
  }
  try {
    return z.union([localEndpointsSchema, endpointsOfOnePipelineSchema]).parse(JSON.parse(text));
  } catch {
    throw new EndpointsFileError(
      `${file} is not a file of this version of callback-completion. Stop the local stack that wrote it, and start it again.`,
    );
  }
}
