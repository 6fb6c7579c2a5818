import { App, Duration, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CallbackCompletion, type CallbackCompletionProps, SettingError } from 'callback-completion';

const app = new App();
const stack = new Stack(app, 'Consumer');
const props: CallbackCompletionProps = { tasks: 'tasks', runTimeout: Duration.minutes(2) };
const pipeline = new CallbackCompletion(stack, 'Callbacks', props);

const bucket = new Bucket(stack, 'Reports');
bucket.grantReadWrite(pipeline.work);
pipeline.work.addEnvironment('BUCKET', bucket.bucketName);

try {
  pipeline.work.addEnvironment('AWS_REGION', 'eu-central-1');
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
}
