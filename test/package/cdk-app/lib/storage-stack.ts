import * as s3 from 'aws-cdk-lib/aws-s3';
import * as cdk from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** The bucket that a task of another stack writes to. */
export class StorageStack extends cdk.Stack {
  readonly invoices: s3.Bucket;

  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    this.invoices = new s3.Bucket(this, 'Invoices');
  }
}
