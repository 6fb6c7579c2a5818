import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * Loses the reply to the next command of that name: the table carries it out, and the SDK, which gets no answer, sends it
 * once more.
 *
 * @param commandName as the SDK spells it: `UpdateItemCommand`
 */
export function loseNextReply(client: DynamoDBClient, commandName: string): void {
  const name = 'loseNextReply';
  let isLost = false;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const reply = await next(args);
      if (isLost || context.commandName !== commandName) return reply;
      isLost = true;
      client.middlewareStack.remove(name);
      throw Object.assign(new Error('the reply was lost'), { name: 'TimeoutError' });
    },
    { name, step: 'finalizeRequest', priority: 'low' },
  );
}
