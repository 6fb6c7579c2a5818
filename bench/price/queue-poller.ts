import type { SQSRecord } from 'aws-lambda';

interface Message {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly Attributes: { readonly ApproximateReceiveCount: string };
}

/** Lambda's poller: receives a batch, hands it over, deletes what did not fail. Its requests are paid like any. */
export async function nextBatch(queueUrl: string, size: number): Promise<SQSRecord[]> {
  const { Messages = [] } = await sqs<{ Messages?: Message[] }>(queueUrl, 'ReceiveMessage', {
    MaxNumberOfMessages: size,
    AttributeNames: ['All'],
  });
  return Messages.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: {
      ApproximateReceiveCount: Attributes.ApproximateReceiveCount,
      SentTimestamp: '1764000000000',
      SenderId: 'AROAEXAMPLE',
      ApproximateFirstReceiveTimestamp: '1764000000000',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:queue',
    awsRegion: 'us-east-1',
  }));
}

export async function deleteBatch(queueUrl: string, records: readonly SQSRecord[]): Promise<void> {
  await sqs(queueUrl, 'DeleteMessageBatch', {
    Entries: records.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle })),
  });
}

async function sqs<Answer>(queueUrl: string, operation: string, input: object): Promise<Answer> {
  const answer = await fetch(new URL(queueUrl).origin, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` },
    body: JSON.stringify({ QueueUrl: queueUrl, ...input }),
  });
  if (!answer.ok) throw new Error(`${operation} was answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}
