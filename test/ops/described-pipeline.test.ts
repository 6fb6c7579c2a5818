import { describe, expect, it } from 'vitest';
import { pipelinesIn } from '../../ops/described-pipeline.ts';
import { outputsOf, PIPELINE_OUTPUT } from '../support/stack-outputs.ts';

/** As 0.1.0 wrote them. */
const OUTPUTS_OF_0_1_0 = {
  ApiUrl: 'https://abc123.execute-api.eu-central-1.amazonaws.com',
  Auth: 'api-key',
  LedgerTableName: 'Shop-Ledger',
  TasksQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/Tasks',
  TasksQueueName: 'Tasks',
  CallbacksQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/Callbacks',
  CallbacksQueueName: 'Callbacks',
  DeadLetterQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/DeadLetters',
  DeadLetterQueueName: 'DeadLetters',
  MasterSecretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:Master-Ab12Cd',
  MetricsNamespace: 'Shop/Pipeline',
  DeliveryDeadlineSeconds: '259200',
  RetentionSeconds: '2592000',
};

describe("the pipelines in a stack's outputs", () => {
  it('are those that describe themselves, by name, and nothing of other outputs', () => {
    const outputs = outputsOf({ pipeline: 'Shop/Reports' }, { pipeline: 'Shop/Callbacks', auth: 'jwt' });

    const { callback_completion, version, ...described } = PIPELINE_OUTPUT;
    expect(pipelinesIn('Shop', outputs)).toEqual([
      { ...described, pipeline: 'Shop/Callbacks', auth: 'jwt' },
      { ...described, pipeline: 'Shop/Reports' },
    ]);
  });

  it('are none in a stack of something else', () => {
    const outputs = { BucketName: 'pictures', Text: '{"callback_completion" is not JSON', Json: '{"a":1}' };

    expect(pipelinesIn('Website', outputs)).toEqual([]);
  });

  it('are one in a stack that 0.1.0 deployed', () => {
    expect(pipelinesIn('Shop', OUTPUTS_OF_0_1_0)).toEqual([
      {
        pipeline: 'Shop/Pipeline',
        api_url: 'https://abc123.execute-api.eu-central-1.amazonaws.com',
        auth: 'api-key',
        ledger_table: 'Shop-Ledger',
        tasks_queue_url: 'https://sqs.eu-central-1.amazonaws.com/123456789012/Tasks',
        callbacks_queue_url: 'https://sqs.eu-central-1.amazonaws.com/123456789012/Callbacks',
        dead_letter_queue_url: 'https://sqs.eu-central-1.amazonaws.com/123456789012/DeadLetters',
        master_secret_arn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:Master-Ab12Cd',
        metrics_namespace: 'Shop/Pipeline',
        delivery_deadline_seconds: 259_200,
        retention_seconds: 2_592_000,
      },
    ]);
  });

  it('are shown without the control characters that an output may have', () => {
    const named = { ...PIPELINE_OUTPUT, pipeline: 'Shop/\u001b[31mCallbacks' };

    expect(pipelinesIn('Shop', { Output: JSON.stringify(named) })).toMatchObject([
      { pipeline: 'Shop/�[31mCallbacks' },
    ]);
  });

  it('are read with properties that a later version adds', () => {
    const added = { ...PIPELINE_OUTPUT, slow_queue_url: 'https://example.com' };

    expect(pipelinesIn('Shop', { Output: JSON.stringify(added) })).toMatchObject([
      { pipeline: 'Callbacks/Pipeline' },
    ]);
  });

  it.each([
    [
      { ...PIPELINE_OUTPUT, callback_completion: 2, version: '3.0.0' },
      'The output Output of the stack Shop is of a later version of callback-completion (3.0.0), which this one does not understand. Use that version.',
    ],
    [
      { ...PIPELINE_OUTPUT, ledger_table: undefined },
      'The output Output of the stack Shop is incomplete: ledger_table: Invalid input: expected string, received undefined. Deploy the stack again.',
    ],
  ])('are refused with what to do if an output has another form', (output, message) => {
    expect(() => pipelinesIn('Shop', { Output: JSON.stringify(output) })).toThrow(message);
  });

  it('are refused with what is missing if a stack is older than 0.1.0', () => {
    const { Auth, RetentionSeconds, ...older } = OUTPUTS_OF_0_1_0;

    expect(() => pipelinesIn('Shop', older)).toThrow(
      'The stack Shop was deployed from an older version, and its outputs do not have Auth, RetentionSeconds as they must. Deploy it again.',
    );
  });
});
