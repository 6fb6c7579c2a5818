import { describe, expect, it } from 'vitest';
import { allows, type Permission, permissionsOf } from '../support/iam-policies.ts';
import { type RecordedCall, recordedCall } from '../support/recorded-call.ts';

/** That the comparison of `iam-recorded.test.ts` sees what it should: a lenient judge would find nothing. */

const AUTHORIZATION = 'AWS4-HMAC-SHA256 Credential=Run/20261121/us-east-1/sqs/aws4_request, Signature=0';

const call = (target: string, body: object) =>
  recordedCall({ 'x-amz-target': target, authorization: AUTHORIZATION }, JSON.stringify(body));

describe('a call', () => {
  it('is one on the partition of its item', () => {
    const key = { pk: { S: 'task#1' }, sk: { S: 'entry' } };

    expect(call('DynamoDB_20120810.GetItem', { TableName: 'S-Ledger', Key: key })).toEqual({
      caller: 'Run',
      action: 'dynamodb:GetItem',
      resource: 'S-Ledger',
      leadingKeys: ['task#1'],
    });
    expect(call('DynamoDB_20120810.PutItem', { TableName: 'S-Ledger', Item: key }).leadingKeys).toEqual([
      'task#1',
    ]);
  });

  it('is one on every partition of a batch, and on the one that is queried', () => {
    const batch = [
      { PutRequest: { Item: { pk: { S: 'task#1' } } } },
      { DeleteRequest: { Key: { pk: { S: 'timer#2' } } } },
    ];
    const query = {
      TableName: 'S-Ledger',
      KeyConditionExpression: '#pk = :pk AND #sk < :end',
      ExpressionAttributeValues: { ':pk': { S: 'timer#2' }, ':end': { S: '9' } },
    };

    const reads = { Keys: [{ pk: { S: 'task#1' } }, { pk: { S: 'task#2' } }], ConsistentRead: true };
    expect(call('DynamoDB_20120810.BatchGetItem', { RequestItems: { 'S-Ledger': reads } })).toMatchObject({
      action: 'dynamodb:BatchGetItem',
      resource: 'S-Ledger',
      leadingKeys: ['task#1', 'task#2'],
    });
    expect(call('DynamoDB_20120810.BatchWriteItem', { RequestItems: { 'S-Ledger': batch } })).toMatchObject({
      resource: 'S-Ledger',
      leadingKeys: ['task#1', 'timer#2'],
    });
    expect(call('DynamoDB_20120810.Query', query).leadingKeys).toEqual(['timer#2']);
    expect(call('DynamoDB_20120810.Scan', { TableName: 'S-Ledger' }).leadingKeys).toEqual([]);
  });

  it('is the same permission for one message as for several', () => {
    const sent = { caller: 'Run', action: 'sqs:SendMessage', resource: 'S-Tasks', leadingKeys: [] };
    const QueueUrl = 'http://127.0.0.1:1/000000000000/S-Tasks';

    expect(call('AmazonSQS.SendMessage', { QueueUrl })).toEqual(sent);
    expect(call('AmazonSQS.SendMessageBatch', { QueueUrl })).toEqual(sent);
  });

  it('to a service that is not known is not passed over', () => {
    expect(() => call('Kinesis_20131202.PutRecord', {})).toThrow('Kinesis_20131202.PutRecord');
  });
});

describe('a permission', () => {
  const onTasks: Permission = {
    function: 'Run',
    action: 'dynamodb:BatchWriteItem',
    resource: 'Ledger',
    leadingKeys: 'task#*',
  };
  const made = (changes: Partial<RecordedCall>): RecordedCall => ({
    caller: 'Run',
    action: 'dynamodb:BatchWriteItem',
    resource: 'S-Ledger',
    leadingKeys: ['task#1', 'task#2'],
    ...changes,
  });

  it('allows what it names', () => {
    expect(allows(onTasks, made({}))).toBe(true);
    expect(allows({ ...onTasks, leadingKeys: undefined }, made({ leadingKeys: [] }))).toBe(true);
  });

  it.each<[string, Partial<RecordedCall>]>([
    ['one partition too many', { leadingKeys: ['task#1', 'timer#2'] }],
    ['no partition at all', { leadingKeys: [] }],
    ['another caller', { caller: 'Deliver' }],
    ['another action', { action: 'dynamodb:PutItem' }],
    ['another resource', { resource: 'S-OtherLedger' }],
  ])('allows not %s', (_what, changes) => {
    expect(allows(onTasks, made(changes))).toBe(false);
  });

  it('under a condition that is not understood is not passed over', () => {
    const template = (Condition: object) => ({
      Resources: {
        Run: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: {
            Roles: [{ Ref: 'Role' }],
            PolicyDocument: {
              Statement: [
                { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { Ref: 'Tasks' }, Condition },
              ],
            },
          },
        },
      },
    });

    expect(() => permissionsOf(template({ IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }))).toThrow(
      'not understood: the condition',
    );
  });
});
