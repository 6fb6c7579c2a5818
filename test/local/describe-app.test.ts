import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../local/assembly.ts';
import { describeApp } from '../../local/describe-app.ts';
import { lambdaFunction, PIPELINE_RESOURCES, writeAssembly } from './assembly-fixture.ts';

const ENDPOINTS = { api: () => 'http://api', s3: 'http://127.0.0.1:4566', sqs: 'http://sqs' };

type Entries = Record<string, unknown>;

/** An app whose work has variables that refer to these resources. */
const described = (resources: Entries, Variables: Entries) => {
  const Run = lambdaFunction('Run', { Environment: { Variables } });
  return describeApp(readAssembly(writeAssembly({ ...resources, Run }, { Run: '' })), ENDPOINTS);
};

/** What the work finds in these variables. */
const variables = (resources: Entries, Variables: Entries) =>
  described(resources, Variables).pipelines[0]?.functions[0]?.environment;

/** Without what each pipeline has. */
const ofApp = <T extends { readonly logicalId?: string }>(all: readonly T[]): T[] =>
  all.filter(({ logicalId = '' }) => !(logicalId in PIPELINE_RESOURCES));

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
    const { queues, topics } = described(resources, {
      QUEUE: { Ref: 'Steps' },
      NEWS: { Ref: 'News' },
      ORDERED: { Ref: 'Ordered' },
    });
    expect(ofApp(queues)[0]?.attributes).toEqual({ FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    expect(topics.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['Test-News', {}],
      ['Test-Ordered.fifo', { FifoTopic: 'true' }],
    ]);
  });

  it('are not the streams of tables', () => {
    const Orders = { Type: 'AWS::DynamoDB::Table', Properties: KEYS };

    expect(() => variables({ Orders }, { STREAM: att('Orders', 'StreamArn') })).toThrow(
      'The environment variable STREAM of the work refers to {"Fn::GetAtt":["Orders","StreamArn"]}, which the local stack does not have.',
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
      const Orders = {
        Type,
        Properties: {
          ...KEYS,
          Replicas: [{ Region: 'us-east-1' }],
          GlobalSecondaryIndexes: [{ ...index, ContributorInsightsSpecification: { Enabled: false } }],
          LocalSecondaryIndexes: [{ ...index, IndexName: 'local' }],
        },
      };

      expect(ofApp(described({ Orders }, { TABLE: { Ref: 'Orders' } }).tables)).toEqual([
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

describe('a resource that the work does not refer to', () => {
  it('is not looked at, whatever it is', () => {
    const app = described(
      {
        Bucket: { Type: 'AWS::S3::Bucket' },
        Odd: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: { 'Fn::ImportValue': 'x' } } },
        Stream: { Type: 'AWS::Kinesis::Stream', Properties: { Name: { 'Fn::GetAZs': '' } } },
      },
      {},
    );

    expect(app.buckets).toEqual([]);
    expect(ofApp(app.queues)).toEqual([]);
  });
});

describe('a queue that the work refers to', () => {
  const Queue = {
    Type: 'AWS::SQS::Queue',
    Properties: { RedrivePolicy: { deadLetterTargetArn: att('Failed', 'Arn'), maxReceiveCount: 3 } },
  };
  const Failed = { Type: 'AWS::SQS::Queue' };

  it('is created after its dead-letter queue', () => {
    const { queues } = described({ Queue, Failed }, { QUEUE: { Ref: 'Queue' }, AGAIN: { Ref: 'Queue' } });

    expect(ofApp(queues).map(({ name }) => name)).toEqual(['Test-Failed', 'Test-Queue']);
  });

  it('that cannot be created here needs a value of .env', () => {
    const { Properties } = Queue;
    const Odd = { ...Queue, Properties: { ...Properties, VisibilityTimeout: 'soon' } };
    const message =
      'The environment variable QUEUE of the work refers to {"Ref":"Odd"}, which the local stack cannot create (Resources.Odd.Properties.VisibilityTimeout: "soon" cannot be run locally';

    expect(() => described({ Odd, Failed }, { QUEUE: { Ref: 'Odd' } })).toThrow(message);
    // Also at the second reference.
    expect(() => described({ Odd, Failed }, { QUEUE: { Ref: 'Odd' }, B: { Ref: 'Odd' } })).toThrow(message);
  });
});

describe('a function of the app itself', () => {
  it('does not run here: a reference to it needs a value of .env', () => {
    const Mine = lambdaFunction('Mine', {});
    const unmarked = { ...(Mine as object), Metadata: {} };

    expect(() => described({ Mine: unmarked }, { FUNCTION: { Ref: 'Mine' } })).toThrow(
      'The environment variable FUNCTION of the work refers to {"Ref":"Mine"}, which the local stack does not have. Set a value for this machine in .env: FUNCTION=…',
    );
  });
});
