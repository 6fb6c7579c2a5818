import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as cdk from 'aws-cdk-lib/core';
import { CallbackCompletion } from 'callback-completion';
import type { Construct } from 'constructs';

export interface ShopStackProps extends cdk.StackProps {
  readonly invoices: s3.IBucket;
}

/** Two pipelines in one stack. One of them is granted a bucket of another stack, and refers to a system elsewhere. */
export class ShopStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props: ShopStackProps) {
    super(scope, id, props);

    const billing = new CallbackCompletion(this, 'Billing', { tasks: 'tasks/billing' });
    props.invoices.grantReadWrite(billing.work);
    billing.work.addEnvironment('INVOICES', props.invoices.bucketName);
    // Nothing on a developer's machine stands for it.
    billing.work.addEnvironment('LEDGER_URL', cdk.Fn.importValue('bookkeeping-url'));

    new CallbackCompletion(this, 'Mail', { tasks: 'tasks/mail' });
  }
}
