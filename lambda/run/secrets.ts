import { WORK_SECRET_PREFIX } from '../contract/work-secrets.ts';

/** How long a process keeps a secret before it asks again, in seconds. */
const MAX_AGE_SECONDS = 300;

/**
 * Returns `context.secret`. The client of Secrets Manager is loaded with the first secret that is read.
 *
 * @param variables the environment of the run function
 */
export function secretReader(variables: Readonly<Record<string, string | undefined>>) {
  return async (name: string): Promise<string> => {
    const arn = variables[WORK_SECRET_PREFIX + name];
    if (arn === undefined) throw new Error(unknownSecret(name, Object.keys(variables)));
    const { getSecret } = await import('@aws-lambda-powertools/parameters/secrets');
    const value = await getSecret(arn, { maxAge: MAX_AGE_SECONDS });
    if (typeof value === 'string') return value;
    throw new Error(`The secret ${name} has no text value; store it as SecretString.`);
  };
}

/** Message for a name that no `addSecret` made known. */
export function unknownSecret(name: string, variables: readonly string[]): string {
  const known = variables
    .filter((variable) => variable.startsWith(WORK_SECRET_PREFIX))
    .map((variable) => variable.slice(WORK_SECRET_PREFIX.length));
  return `There is no secret ${JSON.stringify(name)}; known are: ${known.join(', ') || 'none'}. Add it with pipeline.work.addSecret(${JSON.stringify(name)}, secret).`;
}
