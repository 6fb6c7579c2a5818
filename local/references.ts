import type { Assembly } from './assembly.ts';
import type { ReferenceValues } from './intrinsics.ts';

export const REGION = 'us-east-1';
export const ACCOUNT_ID = '000000000000';
/** The id that the one HTTP API has here. */
export const API_ID = 'local';

/** Where the local counterparts of AWS's endpoints are, without trailing slashes. */
export interface Endpoints {
  readonly api: string;
  readonly s3: string;
  readonly sqs: string;
}

const NAME_PROPERTY: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SecretsManager::Secret': 'Name',
};

/** S3's longest name of a bucket. */
const MAX_BUCKET_NAME = 63;
/** Characters of the hash that the CDK ends logical ids with. */
const HASH_LENGTH = 8;

/**
 * Returns the name that the template gives, else stack and logical id, as CloudFormation does (without its random end):
 * for buckets in lower case and shortened to 63 characters, for FIFO queues and topics with `.fifo` behind it.
 */
export function physicalName(assembly: Assembly, logicalId: string): string {
  const resource = assembly.resources.get(logicalId);
  const given = resource?.properties[NAME_PROPERTY[resource.type] ?? ''];
  if (typeof given === 'string') return given;
  const name = `${assembly.stackName}-${logicalId}`;
  const { FifoQueue, FifoTopic } = resource?.properties ?? {};
  if (FifoQueue === true || FifoTopic === true) return `${name}.fifo`;
  if (resource?.type !== 'AWS::S3::Bucket') return name;
  const lower = name.toLowerCase();
  if (lower.length <= MAX_BUCKET_NAME) return lower;
  // The end of a logical id is what sets two long ones apart: the CDK puts a hash there.
  return `${lower.slice(0, MAX_BUCKET_NAME - HASH_LENGTH - 1)}-${lower.slice(-HASH_LENGTH)}`;
}

export function referenceValues(assembly: Assembly, endpoints: Endpoints): ReferenceValues {
  return {
    pseudoParameters: {
      'AWS::AccountId': ACCOUNT_ID,
      'AWS::Partition': 'aws',
      'AWS::Region': REGION,
      'AWS::StackId': arn('cloudformation', `stack/${assembly.stackName}/local`),
      'AWS::StackName': assembly.stackName,
      'AWS::URLSuffix': 'amazonaws.com',
    },
    value(logicalId, attribute) {
      const type = assembly.resources.get(logicalId)?.type;
      const name = physicalName(assembly, logicalId);
      switch (`${type}.${attribute ?? 'Ref'}`) {
        case 'AWS::ApiGatewayV2::Api.Ref':
          return API_ID;
        case 'AWS::ApiGatewayV2::Api.ApiEndpoint':
          return endpoints.api;
        case 'AWS::ApiGatewayV2::Authorizer.Ref':
        case 'AWS::ApiGatewayV2::Integration.Ref':
          return logicalId;
        case 'AWS::DynamoDB::GlobalTable.Arn':
        case 'AWS::DynamoDB::Table.Arn':
          return arn('dynamodb', `table/${name}`);
        case 'AWS::Lambda::Function.Arn':
          return arn('lambda', `function:${name}`);
        case 'AWS::S3::Bucket.Arn':
          return `arn:aws:s3:::${name}`;
        case 'AWS::S3::Bucket.DomainName':
        case 'AWS::S3::Bucket.DualStackDomainName':
        case 'AWS::S3::Bucket.RegionalDomainName':
          // A real domain name would lead to AWS, and to a bucket that is somebody else's.
          return `${new URL(endpoints.s3).host}/${name}`;
        case 'AWS::SNS::Topic.Ref':
        case 'AWS::SNS::Topic.TopicArn':
          return arn('sns', name);
        case 'AWS::SQS::Queue.Arn':
          return arn('sqs', name);
        case 'AWS::SQS::Queue.Ref':
          return queueUrl(endpoints, name);
        case 'AWS::SecretsManager::Secret.Ref':
          return arn('secretsmanager', `secret:${name}`);
        case 'AWS::DynamoDB::GlobalTable.Ref':
        case 'AWS::DynamoDB::Table.Ref':
        case 'AWS::Lambda::Function.Ref':
        case 'AWS::Logs::LogGroup.Ref':
        case 'AWS::S3::Bucket.Ref':
        case 'AWS::SNS::Topic.TopicName':
        case 'AWS::SQS::Queue.QueueName':
          return name;
        default:
          return undefined;
      }
    },
  };
}

export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;
}

export function queueUrl(endpoints: Endpoints, name: string): string {
  return `${endpoints.sqs}/${ACCOUNT_ID}/${name}`;
}

/** The engines ask for credentials and look at none. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;
