import { BatchGetItemCommand, BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { STEP_FAULTS } from './faults.ts';
import type { Invocation, Step } from './invocation.ts';
import type { World } from './world.ts';

/** A DynamoDB client of the SDK's type, each of whose calls is one I/O step of the invocation. */
export function dynamodbClient(invocation: Invocation, world: World): DynamoDBClient {
  const { table } = world;
  return sdkClient(DynamoDBClient, (command) =>
    invocation.io(
      dynamodbStep(command, (shard) => [...table.partition(shard)].length === 0),
      () => {
        if (command instanceof BatchGetItemCommand) return batchGet(command, world);
        if (command instanceof BatchWriteItemCommand) return batchWrite(command, world);
        return table.execute(command);
      },
    ),
  );
}

/** A batch of reads, some of which a throttled table leaves over. */
function batchGet({ input: { RequestItems = {} } }: BatchGetItemCommand, world: World): object {
  const { table, faults, dice } = world;
  if (!faults.strikes('part of a batch refused'))
    return table.execute(new BatchGetItemCommand({ RequestItems }));
  const [[name = '', { Keys = [], ...options } = {}] = []] = Object.entries(RequestItems);
  const parts = Object.groupBy(Keys, () => (dice.chance(0.5) ? 'read' : 'left'));
  const keysOf = (part: typeof Keys) => ({ [name]: { Keys: part, ...options } });
  return {
    ...(parts.read && table.execute(new BatchGetItemCommand({ RequestItems: keysOf(parts.read) }))),
    ...(parts.left && { UnprocessedKeys: keysOf(parts.left) }),
  };
}

/** A batch of writes, some of which a throttled table leaves over. */
function batchWrite({ input: { RequestItems = {} } }: BatchWriteItemCommand, world: World): object {
  const { table, faults, dice } = world;
  if (!faults.strikes('part of a batch refused'))
    return table.execute(new BatchWriteItemCommand({ RequestItems }));
  const [[name = '', requests = []] = []] = Object.entries(RequestItems);
  const { written, left = [] } = Object.groupBy(requests, () => (dice.chance(0.5) ? 'written' : 'left'));
  if (written !== undefined) table.execute(new BatchWriteItemCommand({ RequestItems: { [name]: written } }));
  return { UnprocessedItems: left.length > 0 ? { [name]: left } : {} };
}

/** An SQS client of the SDK's type, each of whose calls is one I/O step of the invocation. */
export function sqsClient(invocation: Invocation, world: World): SQSClient {
  return sdkClient(SQSClient, (command) => {
    const name = command.constructor.name.replace(/Command$/, '');
    const queue = world.queueAt(String(command.input.QueueUrl));
    const step = { name: `${name} ${queue.name}`, taskId: taskIdIn(command.input) };
    return invocation.io(step, () => {
      if (command instanceof SendMessageCommand) {
        const { MessageBody = '', DelaySeconds = 0, MessageAttributes = {} } = command.input;
        queue.send(MessageBody, DelaySeconds, textsOf(MessageAttributes));
        return {};
      }
      if (command instanceof SendMessageBatchCommand) {
        const partly = world.faults.strikes('part of a batch refused');
        const Successful = (command.input.Entries ?? []).filter(() => !partly || world.dice.chance(0.5));
        for (const { MessageBody = '', DelaySeconds = 0 } of Successful)
          queue.send(MessageBody, DelaySeconds);
        return { Successful: Successful.map(({ Id }) => ({ Id })) };
      }
      if (command instanceof ChangeMessageVisibilityCommand) {
        queue.changeVisibility(String(command.input.ReceiptHandle), Number(command.input.VisibilityTimeout));
        return {};
      }
      throw new Error(`the simulated SQS does not know ${name}`);
    });
  });
}

export interface AnyCommand {
  readonly input: Record<string, unknown>;
}

/** An object of the SDK's class whose `send` is ours: the SDK's paginators look at the class. */
export function sdkClient<T extends object>(
  type: { prototype: T },
  send: (command: AnyCommand) => Promise<unknown>,
): T {
  return Object.assign(Object.create(type.prototype) as T, { send });
}

function dynamodbStep(command: AnyCommand, isEmpty: (partition: string) => boolean): Step {
  const { input } = command;
  const name = command.constructor.name.replace(/(Item)?Command$/, '');
  if (name === 'BatchGet') return { name: `${name} entries`, faults: STEP_FAULTS };
  const keys = (input.Key ?? input.Item) as { pk?: { S?: string }; sk?: { S?: string } } | undefined;
  const key = keys?.pk?.S ?? '';
  const values = input.ExpressionAttributeValues as { ':pk'?: { S?: string } } | undefined;
  if (name === 'Query') {
    const partition = values?.[':pk']?.S ?? '';
    return { name: `${name} ${partition}`, idle: isEmpty(partition) };
  }
  const taskId = key.startsWith('task#') ? key.slice(5) : keys?.sk?.S?.split('#')[1];
  const what = key.startsWith('task#') ? (keys?.sk?.S?.split('#')[0] ?? '') : key.split('#')[0];
  return { name: `${name} ${what}`, taskId, faults: STEP_FAULTS };
}

function taskIdIn(input: Record<string, unknown>): string | undefined {
  return typeof input.MessageBody === 'string' ? JSON.parse(input.MessageBody).task_id : undefined;
}

function textsOf(attributes: Record<string, { StringValue?: string | undefined }>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
  );
}
