import { NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { CallbackCompletion } from '../../lib/callback-completion.ts';
import { resolve } from '../../local/intrinsics.ts';
import { unbundledApp } from '../support/synthesize.ts';

/** What CloudFormation would make of a stack's outputs, if each reference had its own path as its value. */
function deployedOutputs(stack: Stack): unknown[] {
  const outputs = Object.values(Template.fromStack(stack).findOutputs('*'));
  const references = {
    pseudoParameters: {
      'AWS::Region': 'eu-central-1',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::AccountId': '123456789012',
      'AWS::Partition': 'aws',
    },
    value: (logicalId: string, attribute: string | undefined) =>
      attribute === undefined ? `ref:${logicalId}` : `${logicalId}.${attribute}`,
    condition: () => undefined,
    mapped: () => undefined,
    imported: () => undefined,
    stackOutput: () => undefined,
  };
  return outputs.map(({ Value }) => JSON.parse(String(resolve(Value, 'Outputs', references))));
}

describe('the output of a pipeline', () => {
  it('describes it as JSON', () => {
    const stack = new Stack(unbundledApp(), 'Shop');
    new CallbackCompletion(stack, 'Callbacks');

    expect(deployedOutputs(stack)).toEqual([
      {
        callback_completion: 1,
        version: '0.1.0',
        pipeline: 'Shop/Callbacks',
        api_url: expect.stringMatching(/^CallbacksApi\w+\.ApiEndpoint$/),
        auth: 'iam',
        ledger_table: expect.stringMatching(/^ref:CallbacksLedger/),
        tasks_queue_url: expect.stringMatching(/^ref:CallbacksTasks/),
        callbacks_queue_url: expect.stringMatching(/^ref:CallbacksQueue/),
        dead_letter_queue_url: expect.stringMatching(/^ref:CallbacksDeadLetters/),
        master_secret_arn: expect.stringMatching(/^ref:CallbacksMasterSecret/),
        metrics_namespace: 'Shop/Callbacks',
        delivery_deadline_seconds: 259_200,
        retention_seconds: 2_592_000,
      },
    ]);
  });

  it('is one for each pipeline of a stack', () => {
    const stack = new Stack(unbundledApp(), 'Shop');
    new CallbackCompletion(stack, 'Callbacks');
    new CallbackCompletion(stack, 'Callbacks2', { auth: 'api-key' });

    expect(deployedOutputs(stack)).toMatchObject([
      { pipeline: 'Shop/Callbacks', auth: 'iam' },
      { pipeline: 'Shop/Callbacks2', auth: 'api-key' },
    ]);
  });

  it('of a nested stack is in the outermost stack, which takes the values from the nested one', () => {
    const stack = new Stack(unbundledApp(), 'Shop');
    const middle = new NestedStack(stack, 'Middle');
    const inner = new NestedStack(middle, 'Inner');
    new CallbackCompletion(inner, 'Callbacks');

    expect(Object.keys(Template.fromStack(inner).findOutputs('*'))).toHaveLength(6);
    expect(deployedOutputs(stack)).toMatchObject([
      {
        pipeline: 'Shop/Middle/Inner/Callbacks',
        api_url: expect.stringMatching(/^MiddleNestedStack\w+\.Outputs\.\w+ApiEndpoint$/),
        ledger_table: expect.stringMatching(/^MiddleNestedStack\w+\.Outputs\.\w+Ledger\w+Ref$/),
        master_secret_arn: expect.stringMatching(/^MiddleNestedStack\w+\.Outputs\.\w+MasterSecret\w+Ref$/),
      },
    ]);
  });

  it('names the stack of a stage as it is deployed', () => {
    const stack = new Stack(new Stage(unbundledApp(), 'Prod'), 'Shop');
    new CallbackCompletion(stack, 'Callbacks');

    expect(deployedOutputs(stack)).toMatchObject([{ pipeline: 'Prod-Shop/Callbacks' }]);
  });
});
