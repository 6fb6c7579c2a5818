import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { awsClientSettings } from '../aws-client.ts';
import { MESSAGES_PER_REQUEST } from '../contract/limits.ts';
import { encodeMessage, type Message } from './message.ts';

export interface Envelope {
  readonly message: Message;
  /** 0 to 900; default 0. */
  readonly delaySeconds?: number;
  /** Whose message it is: SQS keeps one group's backlog from holding up the others (fair queues). */
  readonly group?: string;
  /** For people and filters; never a payload. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** One SQS queue, as the stages need it. */
export interface Queue {
  /** Resolves once SQS has stored the message. */
  send(envelope: Envelope): Promise<void>;
  /** Sends up to 10; tells for each, in order, whether SQS has stored it. */
  sendBatch(envelopes: readonly Envelope[]): Promise<boolean[]>;
  /** Makes a received message come back after that many seconds (0 to 43,200). */
  comeBackAfter(receiptHandle: string, seconds: number): Promise<void>;
}

export function sqsQueue(client: SQSClient, queueUrl: string): Queue {
  return {
    async send(envelope) {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, ...sqsFields(envelope) }));
    },

    async sendBatch(envelopes) {
      if (envelopes.length === 0) return [];
      if (envelopes.length > MESSAGES_PER_REQUEST)
        throw new RangeError(`${envelopes.length} messages in one batch`);
      const Entries = envelopes.map((envelope, index) => ({ Id: String(index), ...sqsFields(envelope) }));
      const { Successful = [] } = await client.send(
        new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }),
      );
      const stored = new Set(Successful.map(({ Id }) => Id));
      return Entries.map(({ Id }) => stored.has(Id));
    },

    async comeBackAfter(ReceiptHandle, VisibilityTimeout) {
      await client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout }),
      );
    },
  };
}

/** Creates a client that sends requests to the endpoint of the region, or to AWS_ENDPOINT_URL_SQS if that is set. */
export function sqsClient(): SQSClient {
  return new SQSClient({
    ...awsClientSettings(),
    // By default the SDK sends requests to the host of the queue's URL, which is never a FIPS or dual-stack endpoint.
    useQueueUrlAsEndpoint: false,
  });
}

function sqsFields({ message, delaySeconds, group, attributes }: Envelope) {
  return {
    MessageBody: encodeMessage(message),
    ...(delaySeconds !== undefined && delaySeconds > 0 && { DelaySeconds: delaySeconds }),
    ...(group !== undefined && { MessageGroupId: groupId(group) }),
    ...(attributes !== undefined && {
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      ),
    }),
  };
}

/** A group's id may have 128 characters of a small alphabet; a client's ARN or a host may not fit. */
function groupId(group: string): string {
  return createHash('sha256').update(group).digest('base64url');
}
