import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type KeySchemaElement,
  ResourceNotFoundException,
  type TableDescription as TableDescriptionOutput,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { KEEP_ALIVE_MS } from './http-server.ts';
import { LOCAL_CREDENTIALS, REGION } from './references.ts';
import type { TableDescription } from './stack-description.ts';

/** DynamoDB in this process: dynalite, whose LevelDB folder outlives the process, also if that is killed. */
export class DynamodbEngine {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  readonly #server: Server;

  private constructor(server: Server, endpoint: string) {
    this.#server = server;
    this.endpoint = endpoint;
    this.client = new DynamoDBClient({ endpoint, region: REGION, credentials: LOCAL_CREDENTIALS });
  }

  /** @param directory where the data lies; made if need be */
  static async start(directory: string): Promise<DynamodbEngine> {
    const server = dynalite({ path: directory, createTableMs: 0 });
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    return new DynamodbEngine(server, `http://127.0.0.1:${port}`);
  }

  /** Creates the table unless it is there from an earlier run; resolves when it can be used. */
  async createTable(table: TableDescription): Promise<void> {
    const keySchema: KeySchemaElement[] = [{ AttributeName: table.partitionKey, KeyType: 'HASH' }];
    if (table.sortKey !== undefined) keySchema.push({ AttributeName: table.sortKey, KeyType: 'RANGE' });

    const kept = await this.#describe(table.name);
    if (kept === undefined) await this.#create(table, keySchema);
    else if (namesOf(kept.KeySchema) !== namesOf(keySchema)) {
      throw new Error(
        `The table kept from an earlier run has the keys ${namesOf(kept.KeySchema)}, the template's has ${namesOf(keySchema)}. Delete the state folder to begin anew.`,
      );
    }
    while ((await this.#describe(table.name))?.TableStatus !== 'ACTIVE') await delay(1);
  }

  async #describe(name: string): Promise<TableDescriptionOutput | undefined> {
    try {
      return (await this.client.send(new DescribeTableCommand({ TableName: name }))).Table;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  async #create(table: TableDescription, keySchema: KeySchemaElement[]): Promise<void> {
    await this.client.send(
      new CreateTableCommand({
        TableName: table.name,
        KeySchema: keySchema,
        AttributeDefinitions: keySchema.map(({ AttributeName = '' }) => ({
          AttributeName,
          AttributeType: table.attributeTypes[AttributeName] === 'N' ? 'N' : 'S',
        })),
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  }

  async stop(): Promise<void> {
    this.client.destroy();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

function namesOf(keys: readonly KeySchemaElement[] = []): string {
  return keys.map(({ AttributeName }) => AttributeName).join(', ');
}
