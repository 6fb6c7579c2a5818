import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { namesIn, valuesIn } from '../../lambda/ledger/expression.ts';
import { SHARDS } from '../../lambda/ledger/keys.ts';
import type { Pipeline } from '../../ops/pipeline.ts';

/** So many rows of a shard are counted at most: about a quarter of a megabyte is read for them. */
const MOST_COUNTED = 1_000;

/** How many rows there are in all shards of a list; null where there are more than are worth counting. */
export async function countRows(
  { dynamodb, table }: Pick<Pipeline, 'dynamodb' | 'table'>,
  partition: (shard: number) => string,
): Promise<number | null> {
  const condition = '#pk = :pk';
  const shards = await Promise.all(
    Array.from({ length: SHARDS }, (_, shard) =>
      dynamodb.send(
        new QueryCommand({
          TableName: table,
          Select: 'COUNT',
          Limit: MOST_COUNTED,
          KeyConditionExpression: condition,
          ExpressionAttributeNames: namesIn(condition),
          ExpressionAttributeValues: valuesIn(condition, { pk: partition(shard) }),
        }),
      ),
    ),
  );
  if (shards.some(({ LastEvaluatedKey }) => LastEvaluatedKey !== undefined)) return null;
  return shards.reduce((sum, { Count = 0 }) => sum + Count, 0);
}
