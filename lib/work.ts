import type { IGrantable, IPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { SETTING_VARIABLES } from '../lambda/contract/setting-variables.ts';
import { ENVIRONMENT } from '../lambda/contract/variables.ts';
import { WORK_SECRET_PREFIX } from '../lambda/contract/work-secrets.ts';
import { SettingError } from './setting-error.ts';

/**
 * As much of a secret as `addSecret` uses: with TypeScript's `exactOptionalPropertyTypes`, which this repository sets, the
 * CDK's `Secret` is not an `ISecret`.
 */
type ReadableSecret = Pick<ISecret, 'grantRead' | 'secretArn'>;

/** Variables of the product and of Lambda. */
const RESERVED: readonly string[] = [...Object.values(ENVIRONMENT), ...SETTING_VARIABLES];

/**
 * What tasks may do, and what they find in their environment.
 *
 * ```ts
 * bucket.grantReadWrite(pipeline.work);
 * pipeline.work.addEnvironment('BUCKET', bucket.bucketName);
 * pipeline.work.addSecret('VENDOR_KEY', secret);
 * ```
 *
 * The work shares the role of the run function, which may read and write tasks and timers in the ledger. It never has
 * the signing secret.
 */
export class Work implements IGrantable {
  /** Grant rights to it: `bucket.grantReadWrite(pipeline.work)`. */
  readonly grantPrincipal: IPrincipal;
  readonly #function: LambdaFunction;
  readonly #signingSecretArn: string;
  readonly #names = new Set<string>();

  /** @param signingSecret the secret that callbacks are signed with, which the work must not read */
  constructor(run: LambdaFunction, signingSecret: ReadableSecret) {
    this.#function = run;
    this.grantPrincipal = run.grantPrincipal;
    this.#signingSecretArn = signingSecret.secretArn;
  }

  /**
   * Sets an environment variable that tasks read as `process.env.NAME`. Lambda takes 4 KB of environment in all, of
   * which the product needs about 1 KB. Not for secrets: use `addSecret`.
   *
   * @param name letters, digits and underscores, beginning with a letter; not a name that Lambda or the product uses
   * @throws SettingError if the name cannot be used
   */
  addEnvironment(name: string, value: string): this {
    const isReserved =
      RESERVED.includes(name) || name.startsWith(WORK_SECRET_PREFIX) || /^(AWS_|LAMBDA_)/.test(name);
    if (isReserved) throw refused('addEnvironment', name, 'a name that neither Lambda nor the product uses');
    this.#take('addEnvironment', name, 128);
    this.#function.addEnvironment(name, value);
    return this;
  }

  /**
   * Lets tasks read a secret with `context.secret('NAME')`. Its value is in no environment variable: a task loads it
   * when it first asks, and keeps it for 5 minutes.
   *
   * @param name letters, digits and underscores, beginning with a letter; not that of a variable
   * @throws SettingError if the name cannot be used, or the secret is the one that callbacks are signed with
   */
  addSecret(name: string, secret: ReadableSecret): this {
    if (secret.secretArn === this.#signingSecretArn) {
      throw refused('addSecret', name, 'any secret but the one that callbacks are signed with');
    }
    this.#take('addSecret', name, 100);
    secret.grantRead(this);
    this.#function.addEnvironment(WORK_SECRET_PREFIX + name, secret.secretArn);
    return this;
  }

  /** A variable and a secret cannot share a name: `.env` gives values to both by their names. */
  #take(method: string, name: string, maxLength: number): void {
    if (!/^[A-Za-z]\w*$/.test(name) || name.length > maxLength) {
      const allowed = `1 to ${maxLength} letters, digits and underscores, beginning with a letter`;
      throw refused(method, name, allowed);
    }
    if (this.#names.has(name)) throw refused(method, name, 'a name that the work does not have yet');
    this.#names.add(name);
  }
}

function refused(method: string, name: string, allowed: string): SettingError {
  return new SettingError(`work.${method}: got ${JSON.stringify(name)}; allowed is ${allowed}`);
}
