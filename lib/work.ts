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

  constructor(run: LambdaFunction) {
    this.#function = run;
    this.grantPrincipal = run.grantPrincipal;
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
    if (!/^[A-Za-z]\w{0,127}$/.test(name) || isReserved) {
      const allowed = isReserved
        ? 'a name that neither Lambda nor the product uses'
        : 'letters, digits and underscores, beginning with a letter';
      throw SettingError.refused('work.addEnvironment', name, allowed, 'BUCKET');
    }
    this.#function.addEnvironment(name, value);
    return this;
  }

  /**
   * Lets tasks read a secret with `context.secret('NAME')`. Its value is in no environment variable: a task loads it
   * when it first asks, and keeps it for 5 minutes.
   *
   * @param name letters, digits and underscores, beginning with a letter
   * @throws SettingError if the name cannot be used
   */
  addSecret(name: string, secret: ReadableSecret): this {
    if (!/^[A-Za-z]\w{0,99}$/.test(name)) {
      const allowed = 'letters, digits and underscores, beginning with a letter';
      throw SettingError.refused('work.addSecret', name, allowed, 'VENDOR_KEY');
    }
    secret.grantRead(this);
    this.#function.addEnvironment(WORK_SECRET_PREFIX + name, secret.secretArn);
    return this;
  }
}
