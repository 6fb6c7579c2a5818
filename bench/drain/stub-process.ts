/**
 * Program: deliver's execution environments alone (threads that have loaded the shipped bundle), handed batches of
 * messages as Lambda's poller would. Its ledger is the stub engine, in a process whose CPU time is not counted.
 */
import { readAssembly } from '../../local/assembly.ts';
import { describeApp } from '../../local/describe-app.ts';
import { answerCommands } from './commands.ts';
import { deliverIn, quietFunctions } from './deliver.ts';
import { sqsEvent } from './sqs-event.ts';

const { ASSEMBLY = '', STUB_URL = '' } = process.env;

const description = describeApp(readAssembly(ASSEMBLY), {
  api: () => 'http://127.0.0.1:9',
  s3: STUB_URL,
  sqs: STUB_URL,
});
const { deliver, mapping } = deliverIn(description);
const endpoints = {
  sqs: STUB_URL,
  dynamodb: STUB_URL,
  secretsManager: STUB_URL,
  s3: STUB_URL,
  sns: STUB_URL,
};
const functions = quietFunctions(description, endpoints);
const pool = functions.pool(deliver.arn);

let next = 0;

answerCommands({
  async drain(count: number) {
    const end = next + count;
    const one = async () => {
      while (next < end) {
        const from = next;
        next = Math.min(end, from + mapping.batchSize);
        const result = await pool.invoke(sqsEvent(from, next - from));
        const failed = result.ok ? JSON.stringify(result.payload) : JSON.stringify(result.error);
        if (failed !== '{"batchItemFailures":[]}') throw new Error(`deliver answered ${failed}`);
      }
    };
    await Promise.all(Array.from({ length: mapping.maximumConcurrency ?? 1 }, one));
    return count;
  },
});
