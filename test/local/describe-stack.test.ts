import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../local/assembly.ts';
import { describeStack } from '../../local/describe-stack.ts';
import { lambdaFunction, writeAssembly } from './assembly-fixture.ts';

const ENDPOINTS = { api: 'http://api', s3: 'http://127.0.0.1:4566', sqs: 'http://sqs' };

const described = (resources: Record<string, unknown>) =>
  describeStack(readAssembly(writeAssembly(resources, { Work: '' })), ENDPOINTS);

/** What a function finds in the variables that refer to these resources. */
function variables(resources: Record<string, unknown>, Variables: Record<string, unknown>) {
  const stack = described({ ...resources, Work: lambdaFunction('Work', { Environment: { Variables } }) });
  return stack.functions[0]?.environment;
}

const att = (logicalId: string, attribute: string) => ({ 'Fn::GetAtt': [logicalId, attribute] });

const KEYS = {
  KeySchema: [
    { AttributeName: 'customer', KeyType: 'HASH' },
    { AttributeName: 'day', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'customer', AttributeType: 'S' },
    { AttributeName: 'day', AttributeType: 'N' },
  ],
};

describe('what a template’s references stand for', () => {
  it('are buckets under names that S3 takes', () => {
    const long = `${'Storage'.repeat(12)}0A1B2C3D`;
    const Bucket = { Type: 'AWS::S3::Bucket' };
    const Named = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'my-reports' } };

    expect(
      variables(
        { ReportsBucket: Bucket, Named, [long]: Bucket },
        {
          NAME: { Ref: 'ReportsBucket' },
          ARN: att('ReportsBucket', 'Arn'),
          DOMAIN: att('ReportsBucket', 'DomainName'),
          REGIONAL: att('ReportsBucket', 'RegionalDomainName'),
          NAMED: { Ref: 'Named' },
          LONG: { Ref: long },
        },
      ),
    ).toEqual({
      NAME: 'test-reportsbucket',
      ARN: 'arn:aws:s3:::test-reportsbucket',
      DOMAIN: '127.0.0.1:4566/test-reportsbucket',
      REGIONAL: '127.0.0.1:4566/test-reportsbucket',
      NAMED: 'my-reports',
      LONG: 'test-storagestoragestoragestoragestoragestoragestorage-0a1b2c3d',
    });
  });

  it('are topics, tables and FIFO queues', () => {
    const resources = {
      News: { Type: 'AWS::SNS::Topic' },
      Orders: { Type: 'AWS::DynamoDB::GlobalTable', Properties: KEYS },
      Steps: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true, ContentBasedDeduplication: true } },
      Ordered: { Type: 'AWS::SNS::Topic', Properties: { FifoTopic: true } },
    };

    expect(
      variables(resources, {
        TOPIC: { Ref: 'News' },
        TOPIC_NAME: att('News', 'TopicName'),
        TABLE: { Ref: 'Orders' },
        TABLE_ARN: att('Orders', 'Arn'),
        QUEUE: { Ref: 'Steps' },
      }),
    ).toEqual({
      TOPIC: 'arn:aws:sns:us-east-1:000000000000:Test-News',
      TOPIC_NAME: 'Test-News',
      TABLE: 'Test-Orders',
      TABLE_ARN: 'arn:aws:dynamodb:us-east-1:000000000000:table/Test-Orders',
      QUEUE: 'http://sqs/000000000000/Test-Steps.fifo',
    });
    const { queues, topics } = described(resources);
    expect(queues[0]?.attributes).toEqual({ FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    expect(topics.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['Test-News', {}],
      ['Test-Ordered.fifo', { FifoTopic: 'true' }],
    ]);
  });

  it('are not the streams of tables', () => {
    const Orders = { Type: 'AWS::DynamoDB::Table', Properties: KEYS };

    expect(() => variables({ Orders }, { STREAM: att('Orders', 'StreamArn') })).toThrow(
      'Resources.Work.Properties.Environment.Variables.STREAM.Fn::GetAtt: the local stack has no value for Orders.StreamArn',
    );
  });
});

describe('a template’s tables', () => {
  const index = {
    IndexName: 'by-day',
    KeySchema: [{ AttributeName: 'day', KeyType: 'HASH' }],
    Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['sum'] },
  };

  it.each(['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'])(
    'have their keys and indexes: %s',
    (Type) => {
      const { tables } = described({
        Orders: {
          Type,
          Properties: {
            ...KEYS,
            Replicas: [{ Region: 'us-east-1' }],
            GlobalSecondaryIndexes: [{ ...index, ContributorInsightsSpecification: { Enabled: false } }],
            LocalSecondaryIndexes: [{ ...index, IndexName: 'local' }],
          },
        },
      });

      expect(tables).toEqual([
        {
          logicalId: 'Orders',
          name: 'Test-Orders',
          partitionKey: 'customer',
          sortKey: 'day',
          attributeTypes: { customer: 'S', day: 'N' },
          globalIndexes: [index],
          localIndexes: [{ ...index, IndexName: 'local' }],
          timeToLiveAttribute: undefined,
        },
      ]);
    },
  );
});

describe('what is left out', () => {
  it('is reported unless it is about permission, encryption, the network or upkeep', () => {
    const resource = (Type: string) => ({ Type });

    const { leftOut } = described({
      Policy: resource('AWS::S3::BucketPolicy'),
      Key: resource('AWS::KMS::Key'),
      Group: resource('AWS::EC2::SecurityGroup'),
      Bucket: resource('AWS::S3::Bucket'),
      Topic: resource('AWS::SNS::Topic'),
      Stream: resource('AWS::Kinesis::Stream'),
    });

    expect(leftOut).toEqual(['AWS::Kinesis::Stream']);
  });
});
