import * as z from 'zod';
import type { TableDescription } from './app-description.ts';
import type { PropertyReader } from './property-reader.ts';
import { TemplateError } from './template-error.ts';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

const indexesSchema = z
  .array(
    z.object({
      IndexName: z.string(),
      KeySchema: keySchema,
      Projection: z.object({
        ProjectionType: z.enum(['ALL', 'INCLUDE', 'KEYS_ONLY']),
        NonKeyAttributes: z.array(z.string()).optional(),
      }),
    }),
  )
  .default([]);

/** Describes a table; of a global table, the part in this region. */
export function describeTable(read: PropertyReader, logicalId: string, name: string): TableDescription {
  const keys = read.property('KeySchema', keySchema);
  const attributes = read.property(
    'AttributeDefinitions',
    z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  );
  const key = (type: string) => keys.find(({ KeyType }) => KeyType === type)?.AttributeName;
  const partitionKey = key('HASH');
  if (partitionKey === undefined) throw new TemplateError(`${read.path('KeySchema')}: there is no HASH key`);
  return {
    logicalId,
    name,
    partitionKey,
    sortKey: key('RANGE'),
    attributeTypes: Object.fromEntries(attributes.map((a) => [a.AttributeName, a.AttributeType])),
    globalIndexes: read.property('GlobalSecondaryIndexes', indexesSchema),
    localIndexes: read.property('LocalSecondaryIndexes', indexesSchema),
    timeToLiveAttribute: read.property(
      'TimeToLiveSpecification',
      z.object({ AttributeName: z.string().optional(), Enabled: z.boolean() }).optional(),
    )?.AttributeName,
  };
}
