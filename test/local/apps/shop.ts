/** Source of a CDK app with pipelines in several places, among much that does not concern them. */
import { join } from 'node:path';
import { greetTask } from '../../support/app-folder.ts';

const CONSTRUCT = join(import.meta.dirname, '../../../lib/callback-completion.ts');

const APP = `
import {
  App, CfnOutput, CfnResource, DockerImage, Duration, Fn, NestedStack, Stack, Stage,
} from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { CallbackCompletion } from '${CONSTRUCT}';

const app = new App();
const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };

const storage = new Stack(app, 'Storage', { env });
const documents = new Bucket(storage, 'Documents');
new Bucket(storage, 'Unused');
const orders = new TableV2(storage, 'Orders', {
  partitionKey: { name: 'customer', type: AttributeType.STRING },
  globalSecondaryIndexes: [{ indexName: 'by-day', partitionKey: { name: 'day', type: AttributeType.NUMBER } }],
});
const vendorKey = new Secret(storage, 'VendorKey');
new CfnOutput(storage, 'OrdersName', { value: orders.tableName, exportName: 'orders-name' });

const shop = new Stack(app, 'Shop', { env });
const callbacks = new CallbackCompletion(shop, 'Callbacks', { tasks: 'tasks' });
const reports = new CallbackCompletion(shop, 'Reports', { tasks: ['report-tasks'], auth: 'api-key', maxRuns: 2 });

documents.grantReadWrite(callbacks.work);
callbacks.work.addEnvironment('DOCUMENTS', documents.bucketName);
callbacks.work.addEnvironment('ORDERS', Fn.importValue('orders-name'));
callbacks.work.addEnvironment('REPORTS_API', reports.api.url);
callbacks.work.addSecret('VENDOR_KEY', vendorKey);
const failed = new Queue(shop, 'Failed', { fifo: true });
const steps = new Queue(shop, 'Steps', {
  fifo: true,
  contentBasedDeduplication: true,
  deadLetterQueue: { queue: failed, maxReceiveCount: 3 },
});
callbacks.work.addEnvironment('STEPS', steps.queueUrl);

class Archive extends NestedStack {
  readonly bucket = new Bucket(this, 'Bucket');
  readonly news = new Topic(this, 'News');
  readonly source = documents.bucketName;
}
const archive = new Archive(shop, 'Archive');
new CfnOutput(archive, 'Source', { value: documents.bucketArn });
reports.work.addEnvironment('ARCHIVE', archive.bucket.bucketName);
reports.work.addEnvironment('NEWS', archive.news.topicArn);
reports.work.addEnvironment('VENDOR_URL', StringParameter.valueForStringParameter(shop, '/vendor/url'));

// None of this concerns the pipelines.
const vpc = Vpc.fromLookup(shop, 'Vpc', { vpcId: 'vpc-1' });
new CfnOutput(shop, 'Subnets', { value: vpc.privateSubnets.map(({ subnetId }) => subnetId).join() });
const inline = new LambdaFunction(shop, 'Inline', {
  runtime: Runtime.NODEJS_LATEST,
  handler: 'index.handler',
  code: Code.fromInline('exports.handler = async () => {}'),
});
inline.addEventSource(new SqsEventSource(steps));
new LambdaFunction(shop, 'Docker', {
  runtime: Runtime.PYTHON_3_13,
  handler: 'index.handler',
  code: Code.fromAsset('docker', { bundling: { image: DockerImage.fromRegistry('nowhere.invalid/image') } }),
});
new Queue(shop, 'Other', { visibilityTimeout: Duration.seconds(5) });
new CfnResource(shop, 'Odd', { type: 'Custom::Odd', properties: { Zones: Fn.getAzs(), Of: { 'Fn::Unknown': 1 } } });

const beta = new Stage(app, 'Beta', { env });
const betaShop = new Stack(beta, 'Shop', { stackName: 'Shop' });
const nested = new NestedStack(betaShop, 'Inner');
const betaDocuments = new Bucket(betaShop, 'Documents');
new CallbackCompletion(nested, 'Callbacks', { tasks: 'tasks' }).work.addEnvironment('DOCUMENTS', betaDocuments.bucketName);
`;

/** Files of the app. `flags` are the feature flags of its cdk.json. */
export const shopFiles = (flags: object): Readonly<Record<string, string>> => ({
  'package.json': '{"type":"module"}',
  'cdk.json': JSON.stringify({ app: 'node bin/app.ts', context: flags }),
  'bin/app.ts': APP,
  'docker/index.py': 'def handler(event, context): pass',
  'tasks/greet.ts': greetTask(),
  'report-tasks/report.ts': greetTask(),
});
