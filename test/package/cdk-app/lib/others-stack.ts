import * as path from 'node:path';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as cdk from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** What apps have in addition to a pipeline. None of it belongs to one. */
export class OthersStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);

    const orders = new sqs.Queue(this, 'Orders', { fifo: true, contentBasedDeduplication: true });
    const inline = new lambda.Function(this, 'Inline', {
      runtime: lambda.Runtime.PYTHON_3_14,
      handler: 'index.handler',
      code: lambda.Code.fromInline('def handler(event, context):\n    return "inline"'),
    });
    inline.addEventSource(new sources.SqsEventSource(orders));

    const folder = path.join(__dirname, '..', 'functions', 'bundled');
    new lambda.Function(this, 'BundledByDocker', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(folder, {
        bundling: {
          image: cdk.DockerImage.fromRegistry('registry.invalid/not-there'),
          command: ['cp', '-r', '.', '/asset-output'],
        },
      }),
    });

    const customers = new dynamodb.Table(this, 'Customers', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      stream: dynamodb.StreamViewType.NEW_IMAGE,
    });
    customers.addGlobalSecondaryIndex({
      indexName: 'by-mail',
      partitionKey: { name: 'mail', type: dynamodb.AttributeType.STRING },
    });

    const nested = new cdk.NestedStack(this, 'Nested');
    new sns.Topic(nested, 'News');
    new sqs.Queue(nested, 'Archive');
  }
}
