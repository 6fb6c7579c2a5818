/** Tests that run on each engine: all tests of functions and ports that need engines, and the pipeline's own. */
export const TEST_FILES = [
  'test/lambda/ledger/{batch-read,dynamo-ledger}.test.ts',
  'test/lambda/queue/queue.test.ts',
  'test/lambda/submit/{handler,submit-task,submit-batch}.test.ts',
  'test/lambda/run/{handler,batch,run-task}.test.ts',
  'test/lambda/deliver/{handler,deliver-callback}.test.ts',
  'test/lambda/wake/{handler,send-due}.test.ts',
  'test/lambda/{authorize,task-status}/handler.test.ts',
  'test/lambda/complete-task/transitions.test.ts',
  'test/lambda/http/ownership.test.ts',
  'test/pipeline/{clients-hand,dead,delivered,idempotency,metrics,run-batch}.test.ts',
];
