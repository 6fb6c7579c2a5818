import * as z from 'zod';
import { SETTING_VARIABLES } from '../lambda/contract/setting-variables.ts';
import { ENVIRONMENT } from '../lambda/contract/variables.ts';
import { WORK_SECRET_PREFIX } from '../lambda/contract/work-secrets.ts';
import { type EnvFile, LocalValueError } from './env-file.ts';
import type { PropertyReader } from './property-reader.ts';
import { arn, CannotCreateError } from './references.ts';
import { TemplateError } from './template-error.ts';

export interface VariablesContext {
  /** Whether the function runs tasks: then `.env` has a say. */
  readonly runsTasks: boolean;
  readonly envFile: EnvFile;
}

type Resolved =
  | { readonly value: string | undefined }
  | { readonly problem: string; readonly cannotCreate: boolean };

/**
 * Describes the environment variables of a function. In the function that runs tasks, a value of `.env` replaces the
 * template's, and stands in for one that cannot be resolved here.
 *
 * @throws LocalValueError if a value of `.env` is not allowed or a needed one is missing
 */
export function describeVariables(
  read: PropertyReader,
  { runsTasks, envFile }: VariablesContext,
): Record<string, string> {
  const { Variables } = read.unresolved(
    'Environment',
    z.strictObject({ Variables: z.record(z.string(), z.unknown()).default({}) }).default({ Variables: {} }),
  );
  const environment: Record<string, string> = {};
  for (const [name, raw] of Object.entries(Variables)) {
    // Not before it is needed: a resource that a variable refers to is created.
    const variable = () => resolvedVariable(read, name, raw);
    const value = runsTasks ? workVariable({ name, variable, raw, envFile }) : templateValue(variable());
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
    return { problem: `${path}: this is not a string`, cannotCreate: false };
  } catch (error) {
    return { problem: (error as Error).message, cannotCreate: error instanceof CannotCreateError };
  }
}

function templateValue(variable: Resolved): string | undefined {
  if ('problem' in variable) throw new TemplateError(variable.problem);
  return variable.value;
}

interface WorkVariable {
  readonly name: string;
  readonly variable: () => Resolved;
  /** As the template has it. */
  readonly raw: unknown;
  readonly envFile: EnvFile;
}

const OWN_VARIABLES = new Set<string>([...Object.values(ENVIRONMENT), ...SETTING_VARIABLES]);

function workVariable({ name, variable, raw, envFile }: WorkVariable): string | undefined {
  const given = envFile.values.get(name);
  if (OWN_VARIABLES.has(name) || name.startsWith('AWS_')) {
    if (given === undefined) return templateValue(variable());
    throw new LocalValueError(
      `${envFile.path} sets ${name}, which the pipeline sets itself. Remove it: ${envFile.path} is for variables of the work.`,
    );
  }
  if (name.startsWith(WORK_SECRET_PREFIX)) {
    const secret = name.slice(WORK_SECRET_PREFIX.length);
    if (given !== undefined) {
      throw new LocalValueError(`${envFile.path} sets ${name}. Set the secret's value instead: ${secret}=…`);
    }
    const resolved = variable();
    if (hasCounterpart(resolved)) return resolved.value;
    if (secretValue(envFile, secret) === undefined) {
      throw missing(`The secret ${secret}`, secret, { raw, envFile, problem: creationProblem(resolved) });
    }
    return arn('secretsmanager', `secret:${secret}`);
  }
  if (given !== undefined) return given;
  const resolved = variable();
  if (hasCounterpart(resolved)) return resolved.value;
  throw missing(`The environment variable ${name}`, name, {
    raw,
    envFile,
    problem: creationProblem(resolved),
  });
}

function creationProblem(resolved: Resolved): string | undefined {
  return 'problem' in resolved && resolved.cannotCreate ? resolved.problem : undefined;
}

/** CloudFormation fills in `{{resolve:…}}` from services that are not here. */
function hasCounterpart(variable: Resolved): variable is { readonly value: string | undefined } {
  return 'value' in variable && variable.value?.includes('{{resolve:') !== true;
}

/** Returns the value that `.env` gives to a secret of the work. An empty one counts as not set, as in a copied example file. */
export function secretValue({ values }: EnvFile, secret: string): string | undefined {
  return values.get(secret) || undefined;
}

interface Missing {
  /** The reference, as the template has it. */
  readonly raw: unknown;
  readonly envFile: EnvFile;
  /** Why a resource of the app cannot be created here. Undefined if it can. */
  readonly problem?: string | undefined;
}

/** Returns the error for a value that the work needs and only `.env` can give. */
export function missing(what: string, name: string, { raw, envFile, problem }: Missing): LocalValueError {
  const why = problem === undefined ? 'does not have' : `cannot create (${problem})`;
  return new LocalValueError(
    `${what} of the work refers to ${JSON.stringify(raw)}, which the local stack ${why}. Set a value for this machine in ${envFile.path}: ${name}=…`,
  );
}
