import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoLedger } from '../lambda/ledger/dynamo-ledger.ts';
import type { Ledger } from '../lambda/ledger/ledger.ts';
import type { Timer } from '../lambda/ledger/timer.ts';
import { type Queue, sqsQueue } from '../lambda/queue/queue.ts';
import type { Target } from './target.ts';

/** A stack's ledger and queues, as the operators' commands work on them. */
export interface Pipeline {
  readonly dynamodb: DynamoDBClient;
  readonly table: string;
  readonly ledger: Ledger;
  readonly sqs: SQSClient;
  readonly queues: Readonly<Record<Timer['queue'], Queue>>;
  readonly deadLettersUrl: string;
}

/** What a new life of a callback needs to know of the stack. */
export interface LifeSettings {
  readonly deliveryDeadlineMs: number;
  readonly retentionMs: number;
}

/** @throws Fault where the stack does not tell what is needed */
export function pipelineOf(target: Target): Pipeline {
  const table = target.output('ledger_table');
  const urls = { tasks: target.output('tasks_queue_url'), callbacks: target.output('callbacks_queue_url') };
  const deadLettersUrl = target.output('dead_letter_queue_url');
  const dynamodb = target.dynamodb();
  const sqs = target.sqs();
  return {
    dynamodb,
    table,
    ledger: dynamoLedger(dynamodb, table),
    sqs,
    queues: { tasks: sqsQueue(sqs, urls.tasks), callbacks: sqsQueue(sqs, urls.callbacks) },
    deadLettersUrl,
  };
}

/** @throws Fault where the stack does not tell them */
export function lifeSettingsOf(target: Target): LifeSettings {
  return {
    deliveryDeadlineMs: target.output('delivery_deadline_seconds') * 1_000,
    retentionMs: target.output('retention_seconds') * 1_000,
  };
}
