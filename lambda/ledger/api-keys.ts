import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { apiKeyKey } from './keys.ts';

/** What the ledger's table knows of a client's key. The key itself is nowhere. */
export interface ApiKeyRecord {
  readonly key_id: string;
  /** Name of the client whose key it is; it may have several. */
  readonly client: string;
  /** SHA-256 of the key's secret, in base64url. */
  readonly secret_sha256: string;
  readonly created_at_ms: number;
  /** From when on it is refused; undefined: never. */
  readonly expires_at_ms?: number;
  /** When it was revoked; undefined: it was not. */
  readonly revoked_at_ms?: number;
}

/** Gives what is stored of a key; undefined where there is none of that id. */
export type ReadApiKey = (keyId: string) => Promise<ApiKeyRecord | undefined>;

/** Reads consistently: a key that was made counts at once, and one that was revoked does not. */
export function apiKeysIn(client: DynamoDBClient, table: string): ReadApiKey {
  return async (keyId) => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: marshall(apiKeyKey(keyId)), ConsistentRead: true }),
    );
    return Item && (unmarshall(Item) as ApiKeyRecord);
  };
}
