import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { expect, test } from 'vitest';
import { CallbackCompletion } from '../../lib/callback-completion.ts';

test("stands in anybody's stack, and lets a role of it call the API's routes and nothing else", () => {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Shop');
  const pipeline = new CallbackCompletion(stack, 'Tasks');
  const client = new Role(stack, 'Client', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

  pipeline.grantUse(client);

  const [policy] = Object.values(
    Template.fromStack(stack).findResources('AWS::IAM::Policy', {
      Properties: { PolicyName: 'ClientDefaultPolicy3AB22B02' },
    }),
  );
  const text = JSON.stringify(policy?.Properties.PolicyDocument.Statement);
  expect(text.match(/"Action":"[^"]+"/g)).toEqual(['"Action":"execute-api:Invoke"']);
  expect(text.match(/\/\*\/[A-Z*]+\/api[^"]*/g)).toEqual([
    '/*/POST/api/tasks',
    '/*/GET/api/tasks/*',
    '/*/GET/api/tasks/*/result',
    '/*/GET/api/health',
  ]);
});
