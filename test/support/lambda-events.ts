import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, Context, SQSEvent, SQSRecord } from 'aws-lambda';
import type { AuthorizedEvent } from '../../lambda/http/client.ts';
import type { ReceivedMessage } from '../../local/sqs-calls.ts';

/** What Lambda hands over as second argument. */
export function lambdaContext(remainingMs = 30_000): Context {
  const endsAtMs = Date.now() + remainingMs;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'callback-completion',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:callback-completion',
    memoryLimitInMB: '512',
    awsRequestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    logGroupName: '/aws/lambda/callback-completion',
    logStreamName: '2025/11/24/[$LATEST]58419525dade4d17a495dceeeed44708',
    getRemainingTimeInMillis: () => endsAtMs - Date.now(),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

/** An event of an SQS event source mapping. */
export function sqsEvent(...records: SQSRecord[]): SQSEvent {
  return { Records: records };
}

/** A record of such an event: made up, or of a message that an engine has handed out. */
export function sqsRecord(body: string, differences: Partial<SQSRecord> = {}): SQSRecord {
  return {
    messageId: randomUUID(),
    receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1764000000000',
      SenderId: 'AROAEXAMPLE:submit',
      ApproximateFirstReceiveTimestamp: '1764000000123',
    },
    messageAttributes: {},
    md5OfBody: '098f6bcd4621d373cade4e832627b4f6',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:tasks',
    awsRegion: 'eu-central-1',
    ...differences,
  };
}

export function recordOf({ MessageId, ReceiptHandle, Body, MD5OfBody }: ReceivedMessage): SQSRecord {
  return sqsRecord(Body, { messageId: MessageId, receiptHandle: ReceiptHandle, md5OfBody: MD5OfBody });
}

interface Request {
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly headers?: Record<string, string>;
  readonly pathParameters?: Record<string, string>;
  /** Null where no authorizer has spoken. */
  readonly userArn?: string | null;
  /** What another authorizer than IAM's has said. */
  readonly authorizer?: AuthorizedEvent['requestContext']['authorizer'];
}

function iamIdentity(userArn: string) {
  return {
    accessKey: 'AKIAEXAMPLE',
    accountId: '123456789012',
    callerId: 'AIDAEXAMPLE',
    cognitoIdentity: null,
    principalOrgId: 'o-example',
    userArn,
    userId: 'AIDAEXAMPLE',
  };
}

/** An event of an HTTP API (payload format 2.0), of one with an IAM authorizer unless another has spoken. */
export function httpEvent(
  routeKey: string,
  {
    body,
    isBase64Encoded = false,
    headers = {},
    pathParameters,
    userArn = 'arn:aws:iam::123456789012:user/alice',
    authorizer = userArn === null ? undefined : { iam: iamIdentity(userArn) },
  }: Request = {},
): APIGatewayProxyEventV2 & AuthorizedEvent {
  const [method = '', pattern = ''] = routeKey.split(' ');
  const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => pathParameters?.[name] ?? '');
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: {
      'content-type': 'application/json',
      host: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
      'user-agent': 'curl/8.7.1',
      'x-amzn-trace-id': 'Root=1-6925a8c0-0123456789abcdef01234567',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      ...headers,
    },
    requestContext: {
      accountId: '123456789012',
      apiId: 'a1b2c3d4e5',
      ...(authorizer !== undefined && { authorizer }),
      domainName: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
      domainPrefix: 'a1b2c3d4e5',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'curl/8.7.1' },
      requestId: 'TzK8QjV1FiAEPbg=',
      routeKey,
      stage: '$default',
      time: '24/Nov/2025:16:00:00 +0000',
      timeEpoch: 1_764_000_000_000,
    },
    ...(pathParameters !== undefined && { pathParameters }),
    ...(body !== undefined && { body }),
    isBase64Encoded,
  };
}
