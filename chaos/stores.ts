import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { ChangeMessageVisibilityBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { State } from '../lambda/contract/states.ts';
import { ENTRY, isOnDeadList } from '../lambda/ledger/keys.ts';
import { parseMessage } from '../lambda/queue/message.ts';
import { readEndpoints } from '../local/endpoints-file.ts';
import { LOCAL_CREDENTIALS, REGION } from '../local/references.ts';

/** The parts of the ledger that tell how tasks stand. */
export interface LedgerPicture {
  /** Task id → how it stands. */
  readonly entries: ReadonlyMap<string, { readonly state: State; readonly generation: number }>;
  /** Task id and generation of each row on the operators' list. */
  readonly listed: ReadonlySet<string>;
}

/** Names one life of a callback. */
export function lifeOf(taskId: string, generation: number): string {
  return `${taskId} ${generation}`;
}

/** Messages taken while the dead-letter queue is read stay away from others for so long. */
const LOOK_SECONDS = 60;

/** Looks at the ledger and the dead-letter queue of a stack that runs, past all proxies. */
export class Stores {
  readonly #dynamodb: DynamoDBClient;
  readonly #sqs: SQSClient;
  readonly #table: string;
  readonly #deadLetterUrl: string;

  /** @param stateDirectory of the stack, as it runs now */
  constructor(stateDirectory: string) {
    const endpoints = readEndpoints(stateDirectory);
    const [pipeline] = endpoints?.pipelines ?? [];
    const table = pipeline?.ledgerTable;
    const deadLetterUrl = pipeline?.queueUrls['dead-letters'];
    if (endpoints === undefined || table === undefined || deadLetterUrl === undefined) {
      throw new Error(`no stack with a ledger and a dead-letter queue runs in ${stateDirectory}`);
    }
    const common = { region: REGION, credentials: LOCAL_CREDENTIALS };
    this.#dynamodb = new DynamoDBClient({ ...common, endpoint: endpoints.engines.dynamodb });
    this.#sqs = new SQSClient({ ...common, endpoint: endpoints.engines.sqs });
    this.#table = table;
    this.#deadLetterUrl = deadLetterUrl;
  }

  async ledger(): Promise<LedgerPicture> {
    const entries = new Map<string, { state: State; generation: number }>();
    const listed = new Set<string>();
    const pages = paginateScan(
      { client: this.#dynamodb },
      {
        TableName: this.#table,
        ConsistentRead: true,
        ProjectionExpression: 'pk, sk, task_id, #state, generation',
        ExpressionAttributeNames: { '#state': 'state' },
      },
    );
    for await (const { Items = [] } of pages) {
      for (const item of Items.map((one) => unmarshall(one))) {
        const { pk, sk, task_id, state, generation } = item;
        if (isOnDeadList(pk)) listed.add(lifeOf(task_id, generation));
        else if (sk === ENTRY) entries.set(task_id, { state, generation });
      }
    }
    return { entries, listed };
  }

  /** The lives that the messages in the dead-letter queue name. Nothing is taken out. */
  async deadLetters(): Promise<ReadonlySet<string>> {
    const lives = new Set<string>();
    const taken: string[] = [];
    for (;;) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#deadLetterUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: LOOK_SECONDS,
        }),
      );
      if (Messages.length === 0) break;
      for (const { Body = '', ReceiptHandle = '' } of Messages) {
        const { task_id, generation } = parseMessage(Body);
        lives.add(lifeOf(task_id, generation));
        taken.push(ReceiptHandle);
      }
    }
    for (let start = 0; start < taken.length; start += 10) {
      const Entries = taken
        .slice(start, start + 10)
        .map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 }));
      await this.#sqs.send(
        new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#deadLetterUrl, Entries }),
      );
    }
    return lives;
  }

  stop(): void {
    this.#dynamodb.destroy();
    this.#sqs.destroy();
  }
}
