import type { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../lambda/environment.ts';
import type { Stage } from './stage.ts';

export interface LedgerTableProps {
  /** What happens to the table when it leaves the stack. */
  readonly removalPolicy: RemovalPolicy;
}

/** A call to DynamoDB that a stage may make; none of them reads beyond a single partition. */
export type LedgerAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query' | 'BatchWriteItem';

/**
 * The ledger: one table, `pk` and `sk`, no secondary index. Billed per request, so that an idle pipeline costs
 * only its storage. Items go by themselves once `expires_at` (epoch seconds) has passed; point-in-time recovery
 * can bring back the last 35 days. Encrypted at rest with the key that DynamoDB owns.
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
    });
  }

  /** Lets `stage` make exactly these calls, and tells it the table's name. */
  usedBy(stage: Stage, actions: readonly LedgerAction[]): void {
    stage.allow(
      actions.map((action) => `dynamodb:${action}`),
      this.table.tableArn,
    );
    stage.set(ENVIRONMENT.ledgerTable, this.table.tableName);
  }
}
