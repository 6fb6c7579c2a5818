import * as z from 'zod';
import { SETTING_VARIABLES } from '../lambda/contract/setting-variables.ts';
import { ENVIRONMENT } from '../lambda/contract/variables.ts';
import { WORK_SECRET_PREFIX } from '../lambda/contract/work-secrets.ts';
import type { MappingDescription, QueueDescription } from './app-description.ts';
import { type EnvFile, LocalValueError } from './env-file.ts';
import type { PropertyReader } from './property-reader.ts';
import { arn } from './references.ts';

export interface VariablesContext {
  readonly queues: readonly QueueDescription[];
  readonly mappings: readonly MappingDescription[];
  readonly envFile: EnvFile;
}

type Resolved = { readonly value: string | undefined } | { readonly problem: string };

/**
 * Describes the environment variables of a function. In the function that runs tasks, a value of `.env` replaces the
 * template's, and stands in for one that cannot be resolved here.
 *
 * The function that runs tasks is the one that an event source mapping feeds from the queue which the function's own
 * variable `TASKS_QUEUE_URL` names. Other functions have the variable too, but are not fed from that queue.
 *
 * @throws LocalValueError if a value of `.env` is not allowed or a needed one is missing
 */
export function describeVariables(
  read: PropertyReader,
  functionArn: string,
  context: VariablesContext,
): Record<string, string> {
  const { Variables } = read.unresolved(
    'Environment',
    z.strictObject({ Variables: z.record(z.string(), z.unknown()).default({}) }).default({ Variables: {} }),
  );
  const resolved = new Map(
    Object.entries(Variables).map(([name, raw]) => [name, resolvedVariable(read, name, raw)]),
  );
  const runsTasks = isFedFrom(resolved.get(ENVIRONMENT.tasksQueueUrl), functionArn, context);
  const environment: Record<string, string> = {};
  for (const [name, variable] of resolved) {
    const value = runsTasks
      ? workVariable({ name, variable, raw: Variables[name], envFile: context.envFile })
      : templateValue(variable);
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

function resolvedVariable(read: PropertyReader, name: string, raw: unknown): Resolved {
  const path = `${read.path('Environment')}.Variables.${name}`;
  try {
    const value = read.resolve(raw, path);
    if (value === undefined || typeof value === 'string') return { value };
    // As CloudFormation does.
    if (typeof value === 'number' || typeof value === 'boolean') return { value: String(value) };
    // Without the value: it may be meant for nobody's eyes.
    return { problem: `${path}: this is not a string` };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function isFedFrom(
  queueUrl: Resolved | undefined,
  functionArn: string,
  { queues, mappings }: VariablesContext,
): boolean {
  if (queueUrl === undefined || !('value' in queueUrl)) return false;
  const queue = queues.find(({ url }) => url === queueUrl.value);
  return mappings.some((mapping) => mapping.functionArn === functionArn && mapping.queueArn === queue?.arn);
}

function templateValue(variable: Resolved): string | undefined {
  if ('problem' in variable) throw new Error(variable.problem);
  return variable.value;
}

interface WorkVariable {
  readonly name: string;
  readonly variable: Resolved;
  /** As the template has it. */
  readonly raw: unknown;
  readonly envFile: EnvFile;
}

const OWN_VARIABLES = new Set<string>([...Object.values(ENVIRONMENT), ...SETTING_VARIABLES]);

function workVariable({ name, variable, raw, envFile }: WorkVariable): string | undefined {
  const given = envFile.values.get(name);
  if (OWN_VARIABLES.has(name) || name.startsWith('AWS_')) {
    if (given === undefined) return templateValue(variable);
    throw new LocalValueError(
      `${envFile.path} sets ${name}, which the pipeline sets itself. Remove it: ${envFile.path} is for variables of the work.`,
    );
  }
  if (name.startsWith(WORK_SECRET_PREFIX)) {
    const secret = name.slice(WORK_SECRET_PREFIX.length);
    if (given !== undefined) {
      throw new LocalValueError(`${envFile.path} sets ${name}. Set the secret's value instead: ${secret}=…`);
    }
    if (hasCounterpart(variable)) return variable.value;
    if (secretValue(envFile, secret) === undefined)
      throw missing(`The secret ${secret}`, secret, raw, envFile);
    return arn('secretsmanager', `secret:${secret}`);
  }
  if (given !== undefined) return given;
  if (hasCounterpart(variable)) return variable.value;
  throw missing(`The environment variable ${name}`, name, raw, envFile);
}

/** CloudFormation fills in `{{resolve:…}}` from services that are not here. */
function hasCounterpart(variable: Resolved): variable is { readonly value: string | undefined } {
  return 'value' in variable && variable.value?.includes('{{resolve:') !== true;
}

/** Returns the value that `.env` gives to a secret of the work. An empty one counts as not set, as in a copied example file. */
export function secretValue({ values }: EnvFile, secret: string): string | undefined {
  return values.get(secret) || undefined;
}

/** Returns the error for a value that the work needs and only `.env` can give. */
export function missing(what: string, name: string, reference: unknown, { path }: EnvFile): LocalValueError {
  return new LocalValueError(
    `${what} of the work refers to ${JSON.stringify(reference)}, which the local stack does not have. Set a value for this machine in ${path}: ${name}=…`,
  );
}
