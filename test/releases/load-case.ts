import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { HANGING_RECEIVER, RECEIVER, type RecordedCase } from './recorded-release.ts';
import { shiftCase } from './shift.ts';
import type { StackClients } from './stack-clients.ts';

export interface Loading {
  /** `host:port` of the loopback server that takes the callbacks. */
  readonly receiver: string;
  /** The same, for the host that did not answer in time. */
  readonly hangingReceiver: string;
  /** The time that the case is moved to, in epoch milliseconds. */
  readonly nowMs: number;
  /** How long before that it was recorded, in milliseconds. */
  readonly ageMs: number;
  /** Whether messages that are still invisible can be received at once, as a duplicate can. */
  readonly messagesAtOnce: boolean;
}

/** SQS's longest delay, in seconds. */
const LONGEST_DELAY_SECONDS = 900;

/**
 * Puts a case's items into a stack's table and its messages into the queues, as they would be there after a
 * deployment of the stack's code.
 *
 * @returns the case with the times that it was loaded with
 */
export async function loadCase(
  recorded: RecordedCase,
  { sqs, dynamodb, table, queueUrl }: StackClients,
  { receiver, hangingReceiver, nowMs, ageMs, messagesAtOnce }: Loading,
): Promise<RecordedCase> {
  const json = JSON.stringify(shiftCase(recorded, nowMs - ageMs - recorded.recorded_at_ms))
    .replaceAll(RECEIVER, receiver)
    .replaceAll(HANGING_RECEIVER, hangingReceiver);
  const loaded: RecordedCase = JSON.parse(json);
  for (const item of loaded.items) {
    await dynamodb.send(new PutItemCommand({ TableName: table, Item: { ...item } }));
  }
  for (const { queue, body, attributes = {}, group, visible_at_ms } of loaded.messages) {
    const waitSeconds = messagesAtOnce ? 0 : Math.ceil((visible_at_ms - nowMs) / 1000);
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl(queue),
        MessageBody: body,
        DelaySeconds: Math.min(Math.max(0, waitSeconds), LONGEST_DELAY_SECONDS),
        ...(group !== undefined && { MessageGroupId: group }),
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, StringValue]) => [
            name,
            { DataType: 'String', StringValue },
          ]),
        ),
      }),
    );
  }
  return loaded;
}
