import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CallbackCompletion } from 'callback-completion';
import { runTask } from 'callback-completion/testing';
import * as hello from '../tasks/hello.ts';

test('greets', async () => {
  expect(await runTask(hello, { name: 'Ada' })).toEqual({ greeting: 'Hello, Ada' });
});

test('refuses other inputs', async () => {
  await expect(runTask(hello, { name: 1 })).rejects.toThrow('input.name: expected string, received number');
});

test('has a pipeline', () => {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Consumer');
  new CallbackCompletion(stack, 'Callbacks');
  Template.fromStack(stack).resourceCountIs('AWS::SQS::Queue', 3);
});
