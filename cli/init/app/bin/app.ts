import { App, Stack } from 'aws-cdk-lib';
import { CallbackCompletion } from 'callback-completion';

const app = new App();
const stack = new Stack(app, 'MyApp', {
  description: 'Runs tasks in the background and notifies the caller when they are done',
});

new CallbackCompletion(stack, 'Callbacks', { tasks: 'tasks' });

// To give tasks access to a bucket, define it in this stack:
//   const callbacks = new CallbackCompletion(…);
//   bucket.grantReadWrite(callbacks.work);
//   callbacks.work.addEnvironment('BUCKET', bucket.bucketName);
