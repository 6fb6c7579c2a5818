import { seededMessage } from '../stub-engine/seed.ts';

/** What Lambda hands to deliver for so many of the stub engine's messages. */
export function sqsEvent(from: number, count: number): object {
  return {
    Records: Array.from({ length: count }, (_, index) => ({
      messageId: `m${from + index}`,
      receiptHandle: `r${from + index}`,
      body: seededMessage(from + index),
      attributes: { ApproximateReceiveCount: '1' },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:callbacks',
      awsRegion: 'us-east-1',
    })),
  };
}
