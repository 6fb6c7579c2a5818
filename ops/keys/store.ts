import {
  ConditionalCheckFailedException,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ApiKeyRecord } from '../../lambda/ledger/api-keys.ts';
import { API_KEYS, apiKeyKey } from '../../lambda/ledger/keys.ts';
import type { Target } from '../target.ts';

/** A key as operators see it. What its secret hashes to stays where it is. */
export type ListedKey = Omit<ApiKeyRecord, 'secret_sha256'>;

const LISTED = ['key_id', 'client', 'created_at_ms', 'expires_at_ms', 'revoked_at_ms'] as const;

/** The keys of a stack's clients, in its ledger's table. */
export interface KeyStore {
  create(record: ApiKeyRecord): Promise<void>;
  /** All keys, the oldest first. */
  list(): Promise<ListedKey[]>;
  /** The key as it is afterwards, with the time of its first revocation; undefined where there is none of that id. */
  revoke(keyId: string, nowMs: number): Promise<ListedKey | undefined>;
}

/** @throws Fault where the stack does not tell its table */
export function keyStoreOf(target: Target): KeyStore {
  const TableName = target.output('ledger_table');
  const client = target.dynamodb();
  return {
    async create(record) {
      await client.send(
        new PutItemCommand({
          TableName,
          Item: marshall({ ...apiKeyKey(record.key_id), ...record }, { removeUndefinedValues: true }),
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    },

    async list() {
      const pages = paginateQuery(
        { client },
        {
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :keys',
          ExpressionAttributeNames: Object.fromEntries(LISTED.map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: marshall({ ':keys': API_KEYS }),
          ProjectionExpression: LISTED.map((name) => `#${name}`).join(', '),
        },
      );
      const keys: ListedKey[] = [];
      for await (const { Items = [] } of pages)
        keys.push(...Items.map((item) => unmarshall(item) as ListedKey));
      return keys.sort((a, b) => a.created_at_ms - b.created_at_ms);
    },

    async revoke(keyId, nowMs) {
      try {
        const { Attributes = {} } = await client.send(
          new UpdateItemCommand({
            TableName,
            Key: marshall(apiKeyKey(keyId)),
            ConditionExpression: 'attribute_exists(pk)',
            UpdateExpression: 'SET revoked_at_ms = if_not_exists(revoked_at_ms, :now)',
            ExpressionAttributeValues: marshall({ ':now': nowMs }),
            ReturnValues: 'ALL_NEW',
          }),
        );
        const { secret_sha256: _hash, ...listed } = unmarshall(Attributes) as ApiKeyRecord;
        return listed;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },
  };
}
