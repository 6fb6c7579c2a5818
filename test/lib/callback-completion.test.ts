import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { expect, test } from 'vitest';
import { CallbackCompletion } from '../../lib/callback-completion.ts';
import { unbundledApp } from '../support/synthesize.ts';

test("stands in anybody's stack, and lets a role of it call the API's routes and nothing else", () => {
  const stack = new Stack(unbundledApp(), 'Shop');
  const pipeline = new CallbackCompletion(stack, 'Tasks');
  const client = new Role(stack, 'Client', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

  pipeline.grantUse(client);

  const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy');
  const [policy] = Object.entries(policies).filter(([id]) => id.startsWith('Client'));
  const text = JSON.stringify(policy);
  expect(text.match(/"Action":[^,]+/g)).toEqual(['"Action":"execute-api:Invoke"']);
  // IAM's asterisk also matches slashes: the second one covers a task's result.
  expect(text.match(/\/\*\/[A-Z*]+\/[^"]*/g)?.sort()).toEqual([
    '/*/DELETE/api/tasks/*',
    '/*/GET/api/health',
    '/*/GET/api/openapi.json',
    '/*/GET/api/tasks/*',
    '/*/POST/api/tasks',
    '/*/POST/api/tasks/*',
    '/*/POST/api/tasks/batch',
  ]);
});
