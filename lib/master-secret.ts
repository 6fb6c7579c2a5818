import { type RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../lambda/contract/variables.ts';
import type { Stage } from './stage.ts';

export interface MasterSecretProps {
  /** What happens to the secret when it leaves the stack. */
  readonly removalPolicy: RemovalPolicy;

  /** The key that encrypts it at rest; undefined: the one of Secrets Manager. */
  readonly encryptionKey: IKey | undefined;
}

/**
 * The secret from which every client's signing secret is derived: `{"current": "<64 letters and digits>"}`,
 * made by Secrets Manager at the first deployment and seen by nobody.
 *
 * Do not change how it is generated: CloudFormation would generate it anew, and every receiver's signing secret
 * with it. It is rotated by writing a new version that also holds `previous` and `previousUntil`.
 */
export class MasterSecret extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, props: MasterSecretProps) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: 'Signing secrets of callbacks are derived from this; receivers never get it',
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'current',
        passwordLength: 64,
        excludePunctuation: true,
      },
      removalPolicy: props.removalPolicy,
      ...(props.encryptionKey !== undefined && { encryptionKey: props.encryptionKey }),
    });
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Rotating it changes what every receiver verifies with, so an operator does it together with them: `npm run ops -- secret rotate` signs with both secrets for a time. A schedule would break receivers that nobody told.',
    });
  }

  /** Lets `stage` read the secret, and tells it where it is. */
  readBy(stage: Stage): void {
    stage.allow(['secretsmanager:GetSecretValue'], this.secret.secretArn);
    if (this.secret.encryptionKey !== undefined) stage.useKey(this.secret.encryptionKey);
    stage.set(ENVIRONMENT.masterSecretArn, this.secret.secretArn);
  }
}
