/**
 * Program: makes the one write of a callback that goes well, by the SDK, and does nothing besides. It is run as a
 * bundle, which `bundle-calls.ts` makes of it.
 */
import { dynamoClient, dynamoLedger } from '../../lambda/ledger/dynamo-ledger.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import { seededTaskId } from '../stub-engine/seed.ts';
import { BATCH_SIZE, serveRounds } from './posts.ts';

const ledger = dynamoLedger(dynamoClient(), 'ledger');

/** As far as the write looks at it. */
const entry = { generation: 0, attempt_count: 0, attempts: [] as const };
let next = 0;

function write(): Promise<boolean> {
  const seen = { ...entry, task_id: seededTaskId(next++) } as unknown as Entry;
  return ledger.recordDelivered(seen, { attempt: 1, at_ms: Date.now(), duration_ms: 3, status_code: 204 });
}

serveRounds(async () => {
  await Promise.all(Array.from({ length: BATCH_SIZE }, write));
});
