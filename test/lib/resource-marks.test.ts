import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { expect, test } from 'vitest';
import { CallbackCompletion } from '../../lib/callback-completion.ts';
import { unbundledApp } from '../support/synthesize.ts';

interface Resource {
  readonly Type: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

test('every resource of a pipeline states its pipeline and its part; others carry no mark', () => {
  const stack = new Stack(unbundledApp(), 'Shop');
  const bucket = new Bucket(stack, 'Documents');
  const first = new CallbackCompletion(stack, 'Callbacks');
  new CallbackCompletion(stack, 'Reports');

  bucket.grantRead(first.work);

  const resources: Record<string, Resource> = Template.fromStack(stack).toJSON().Resources;
  const marks = Object.entries(resources).map(([id, { Type, Metadata }]) => ({
    id,
    type: Type,
    mark: Metadata?.['callback-completion'],
  }));
  const ofType = (type: string) => marks.filter((one) => one.type === type).map(({ mark }) => mark);
  expect(marks.filter(({ mark }) => mark === undefined).map(({ type }) => type)).toEqual(['AWS::S3::Bucket']);
  expect(ofType('AWS::SQS::Queue')).toEqual([
    { pipeline: 'Shop/Callbacks', part: 'dead-letters' },
    { pipeline: 'Shop/Callbacks', part: 'tasks' },
    { pipeline: 'Shop/Callbacks', part: 'callbacks' },
    { pipeline: 'Shop/Reports', part: 'dead-letters' },
    { pipeline: 'Shop/Reports', part: 'tasks' },
    { pipeline: 'Shop/Reports', part: 'callbacks' },
  ]);
  expect(ofType('AWS::Lambda::Function')).toEqual(
    ['Shop/Callbacks', 'Shop/Reports'].flatMap((pipeline) =>
      ['submit', 'run', 'deliver', 'wake', 'task-status', 'complete-task'].map((part) => ({
        pipeline,
        part,
      })),
    ),
  );
});
