/** Program: invokes the shipped deliver bundle as Lambda does, with full batches, one after the other. */
import { createRequire } from 'node:module';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { seededMessage } from '../stub-engine/seed.ts';
import { BATCH_SIZE, serveRounds } from './posts.ts';

const [bundle = ''] = process.argv.slice(2);

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
const { handler }: { handler: Handler } = createRequire(import.meta.url)(bundle);

const context = {
  functionName: 'deliver',
  awsRequestId: '5d5ff6d5-8a04-4a0a-9e5c-5d0f4a6f7a3e',
  getRemainingTimeInMillis: () => 30_000,
} as Context;

let next = 0;

function nextRecord(): SQSRecord {
  const number = next++;
  return {
    messageId: `message-${number}`,
    receiptHandle: `receipt-${number}`,
    body: seededMessage(number),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1764000005000',
      SenderId: 'AROA',
      ApproximateFirstReceiveTimestamp: '1764000005010',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:callbacks',
    awsRegion: 'eu-central-1',
  };
}

serveRounds(async () => {
  const { batchItemFailures } = await handler(
    { Records: Array.from({ length: BATCH_SIZE }, nextRecord) },
    context,
  );
  if (batchItemFailures.length > 0)
    throw new Error(`${batchItemFailures.length} of a batch were not delivered`);
});
