import * as z from 'zod';
import { WORK_SECRET_PREFIX } from '../lambda/contract/work-secrets.ts';
import type { FunctionDescription, GeneratedSecret, SecretDescription } from './app-description.ts';
import { missing, secretValue } from './describe-variables.ts';
import { type EnvFile, LocalValueError } from './env-file.ts';
import type { PropertyReader } from './property-reader.ts';
import { arn } from './references.ts';
import { TemplateError } from './template-error.ts';

const generateSchema = z.strictObject({
  SecretStringTemplate: z.string().optional(),
  GenerateStringKey: z.string().optional(),
  PasswordLength: z.number().int().min(1).max(4_096).default(32),
  ExcludeCharacters: z.string().default(''),
  ExcludeLowercase: z.boolean().default(false),
  ExcludeNumbers: z.boolean().default(false),
  ExcludePunctuation: z.boolean().default(false),
  ExcludeUppercase: z.boolean().default(false),
  IncludeSpace: z.boolean().default(false),
  RequireEachIncludedType: z.boolean().default(true),
});

/** Describes a secret of the template. */
export function describeSecret(read: PropertyReader, logicalId: string, name: string): SecretDescription {
  const value = read.resolve(read.unresolved('SecretString', z.unknown()), read.path('SecretString'));
  if (value !== undefined && typeof value !== 'string') {
    // Without the value, which is a secret.
    throw new TemplateError(`${read.path('SecretString')}: this is not a string`);
  }
  return {
    logicalId,
    name,
    arn: arn('secretsmanager', `secret:${name}`),
    value,
    generate: describeGeneratedSecret(read),
  };
}

function describeGeneratedSecret(read: PropertyReader): GeneratedSecret | undefined {
  const generate = read.property('GenerateSecretString', generateSchema.optional());
  if (generate === undefined) return undefined;
  const { SecretStringTemplate, GenerateStringKey } = generate;
  if ((SecretStringTemplate === undefined) !== (GenerateStringKey === undefined)) {
    throw new TemplateError(
      `${read.path('GenerateSecretString')}: SecretStringTemplate and GenerateStringKey need each other`,
    );
  }
  return {
    secretStringTemplate: SecretStringTemplate,
    generateStringKey: GenerateStringKey,
    passwordLength: generate.PasswordLength,
    excludeCharacters: generate.ExcludeCharacters,
    excludeLowercase: generate.ExcludeLowercase,
    excludeNumbers: generate.ExcludeNumbers,
    excludePunctuation: generate.ExcludePunctuation,
    excludeUppercase: generate.ExcludeUppercase,
    includeSpace: generate.IncludeSpace,
    requireEachIncludedType: generate.RequireEachIncludedType,
  };
}

/**
 * Adds to the template's secrets what `.env` gives: values for secrets that the work reads, also for those that the
 * template only refers to.
 *
 * @throws LocalValueError if a secret of the work has no value, or two
 */
export function withWorkSecrets(
  template: readonly SecretDescription[],
  functions: readonly FunctionDescription[],
  envFile: EnvFile,
): SecretDescription[] {
  const secrets = new Map(template.map((secret) => [secret.arn, secret]));
  const givenBy = new Map<string, string>();
  for (const { name, arn } of workSecrets(functions)) {
    const kept = secrets.get(arn);
    const value = secretValue(envFile, name);
    if (value === undefined) {
      const hasValue = kept?.value !== undefined || kept?.generate !== undefined;
      if (!hasValue) throw missing(`The secret ${name}`, name, { raw: arn, envFile });
      continue;
    }
    const other = givenBy.get(arn);
    if (other !== undefined && other !== name && value !== kept?.value) {
      throw new LocalValueError(
        `${other} and ${name} are one secret, but have different values in ${envFile.path}. Give them the same value, or set only one of them.`,
      );
    }
    givenBy.set(arn, name);
    secrets.set(arn, { name: secretName(arn), arn, ...kept, value });
  }
  return [...secrets.values()];
}

function workSecrets(functions: readonly FunctionDescription[]): { name: string; arn: string }[] {
  return functions.flatMap(({ environment }) =>
    Object.entries(environment)
      .filter(([name]) => name.startsWith(WORK_SECRET_PREFIX))
      .map(([name, value]) => ({ name: name.slice(WORK_SECRET_PREFIX.length), arn: value })),
  );
}

function secretName(secretArn: string): string {
  return secretArn.slice(secretArn.lastIndexOf(':') + 1);
}
