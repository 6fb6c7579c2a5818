import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  ResourceNotFoundException,
  type ScalarAttributeType,
  type TableDescription as TableDescriptionOutput,
} from '@aws-sdk/client-dynamodb';
import { commandLine } from '../package/command-name.ts';
import type { IndexDescription, TableDescription } from './app-description.ts';
import { UserError } from './user-error.ts';

/** A table of an earlier run that does not fit the template any more. Nothing was changed. The message states what to do. */
export class KeptTableError extends UserError {
  override readonly name = 'KeptTableError';

  constructor(difference: string) {
    super(
      `${difference} The local stack cannot change a table. Start with an empty state folder (${commandLine('start', '--state DIR')}), or delete this one with all tasks and secrets in it.`,
    );
  }
}

/**
 * Creates the table unless it is there from an earlier run; resolves when it can be used.
 *
 * @throws KeptTableError if the one from an earlier run has other keys or indexes
 */
export async function createTable(client: DynamoDBClient, table: TableDescription): Promise<void> {
  const keySchema: KeySchemaElement[] = [{ AttributeName: table.partitionKey, KeyType: 'HASH' }];
  if (table.sortKey !== undefined) keySchema.push({ AttributeName: table.sortKey, KeyType: 'RANGE' });

  const kept = await describe(client, table.name);
  if (kept === undefined) await create(client, table, keySchema);
  else if (namesOf(kept.KeySchema) !== namesOf(keySchema)) {
    throw new KeptTableError(
      `The table ${table.name} kept from an earlier run has the keys ${namesOf(kept.KeySchema)}. The template's has: ${namesOf(keySchema)}.`,
    );
  } else checkIndexes(table, kept);
  while ((await describe(client, table.name))?.TableStatus !== 'ACTIVE') await delay(1);
}

async function describe(client: DynamoDBClient, name: string): Promise<TableDescriptionOutput | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function create(
  client: DynamoDBClient,
  table: TableDescription,
  keySchema: KeySchemaElement[],
): Promise<void> {
  const { globalIndexes = [], localIndexes = [] } = table;
  const indexKeys = [...globalIndexes, ...localIndexes].flatMap(({ KeySchema }) => KeySchema);
  const keyAttributes = new Set([...keySchema, ...indexKeys].map(({ AttributeName = '' }) => AttributeName));
  await client.send(
    new CreateTableCommand({
      TableName: table.name,
      KeySchema: keySchema,
      AttributeDefinitions: [...keyAttributes].map((AttributeName) => ({
        AttributeName,
        AttributeType: (table.attributeTypes[AttributeName] ?? 'S') as ScalarAttributeType,
      })),
      GlobalSecondaryIndexes: inputOf(globalIndexes),
      LocalSecondaryIndexes: inputOf(localIndexes),
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
}

/** A list without indexes is left out: DynamoDB takes no empty one. */
function inputOf(indexes: readonly IndexDescription[]) {
  if (indexes.length === 0) return undefined;
  return indexes.map(({ IndexName, KeySchema, Projection: { ProjectionType, NonKeyAttributes } }) => ({
    IndexName,
    KeySchema: [...KeySchema],
    Projection: { ProjectionType, ...(NonKeyAttributes && { NonKeyAttributes: [...NonKeyAttributes] }) },
  }));
}

/** dynalite does not change the indexes of a table. */
function checkIndexes(table: TableDescription, kept: TableDescriptionOutput): void {
  const wanted = indexesText([...(table.globalIndexes ?? []), ...(table.localIndexes ?? [])]);
  const found = indexesText([...(kept.GlobalSecondaryIndexes ?? []), ...(kept.LocalSecondaryIndexes ?? [])]);
  if (wanted === found) return;
  throw new KeptTableError(
    `The table ${table.name} kept from an earlier run has these indexes: ${found}. The template's has: ${wanted}.`,
  );
}

interface IndexLike {
  readonly IndexName?: string | undefined;
  readonly KeySchema?: readonly KeySchemaElement[] | undefined;
  readonly Projection?:
    | {
        readonly ProjectionType?: string | undefined;
        readonly NonKeyAttributes?: readonly string[] | undefined;
      }
    | undefined;
}

function indexesText(indexes: readonly IndexLike[]): string {
  const texts = indexes.map(({ IndexName, KeySchema = [], Projection }) => {
    const projected = [Projection?.ProjectionType, ...[...(Projection?.NonKeyAttributes ?? [])].sort()];
    return `${IndexName} (${namesOf(KeySchema)}; ${projected.join(' ')})`;
  });
  return texts.sort().join(', ') || 'none';
}

function namesOf(keys: readonly KeySchemaElement[] = []): string {
  return keys.map(({ AttributeName }) => AttributeName).join(', ');
}
