import type { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Conditions } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../lambda/contract/variables.ts';
import type { Stage } from './stage.ts';

export interface LedgerTableProps {
  /** What happens to the table when it leaves the stack. */
  readonly removalPolicy: RemovalPolicy;

  /** Whether DynamoDB refuses to delete the table, whoever asks, until this is taken back. */
  readonly deletionProtection: boolean;

  /** The key that encrypts it at rest; undefined: one that DynamoDB owns. */
  readonly encryptionKey: IKey | undefined;
}

/** A call to DynamoDB that a stage may make; none of them reads beyond a single partition. */
export type LedgerAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'Query'
  | 'BatchWriteItem';

/** The partition keys of each kind of item, as IAM patterns. `lambda/ledger/keys.ts` makes the keys. */
export const PARTITIONS = {
  /** A task's entry and its payloads. */
  tasks: 'task#*',
  timers: 'timer#*',
  /** The list of what gave up. */
  dead: 'dead#*',
  /** Where processes tell one another of hosts that hang. */
  hangs: 'hangs',
  /** The keys of clients, where `auth` is `api-key`. */
  apiKeys: 'api-keys',
} as const;

/** What a stage may do to each kind of item. A kind that is not named is out of its reach. */
export type LedgerUse = { readonly [Kind in keyof typeof PARTITIONS]?: readonly LedgerAction[] };

/**
 * The ledger: one table, `pk` and `sk`, no secondary index. Billed per request, so that an idle pipeline costs
 * only its storage. Items go by themselves once `expires_at` (epoch seconds) has passed; point-in-time recovery
 * can bring back the last 35 days.
 *
 * DynamoDB answers without TLS, too. The stages' roles may not use that; a policy of the table's own, which would
 * hold everybody to it, could not name the table whose policy it is.
 */
export class LedgerTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: LedgerTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expires_at',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: props.removalPolicy,
      ...(props.deletionProtection && { deletionProtection: true }),
      ...(props.encryptionKey !== undefined && {
        encryption: TableEncryption.CUSTOMER_MANAGED,
        encryptionKey: props.encryptionKey,
      }),
    });
  }

  /** Lets `stage` make exactly these calls on items of these kinds, and tells it the table's name. */
  usedBy(stage: Stage, use: LedgerUse): void {
    for (const [kind, actions] of Object.entries(use) as [keyof LedgerUse, readonly LedgerAction[]][]) {
      stage.allow(
        actions.map((action) => `dynamodb:${action}`),
        this.table.tableArn,
        onlyItemsOf(PARTITIONS[kind]),
      );
    }
    if (this.table.encryptionKey !== undefined) stage.useKey(this.table.encryptionKey);
    stage.set(ENVIRONMENT.ledgerTable, this.table.tableName);
  }
}

/**
 * Holds for calls over TLS whose every partition key matches. "For all values" is also true of no value at all, so the
 * key must be there, too: an action that comes without one, as a scan does, would else pass.
 */
function onlyItemsOf(partitionKeys: string): Conditions {
  return {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [partitionKeys] },
    Null: { 'dynamodb:LeadingKeys': 'false' },
    Bool: { 'aws:SecureTransport': 'true' },
  };
}
