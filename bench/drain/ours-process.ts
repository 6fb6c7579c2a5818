/**
 * Program: deliver as the local stack drives it. Its engines, the event source mapping and deliver's execution
 * environments (threads that have loaded the shipped bundle) are this one process, as in `npm start`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { chunks } from '../../lambda/chunks.ts';
import { ENVIRONMENT } from '../../lambda/contract/variables.ts';
import { dynamoLedger } from '../../lambda/ledger/dynamo-ledger.ts';
import { encodeMessage } from '../../lambda/queue/message.ts';
import { readAssembly } from '../../local/assembly.ts';
import { describeApp } from '../../local/describe-app.ts';
import { startEngines } from '../../local/engines.ts';
import { EventSourceMapping } from '../../local/event-source-mapping.ts';
import { StateDirectory } from '../../local/state-directory.ts';
import { owedEntry } from './callback.ts';
import { answerCommands } from './commands.ts';
import { deliverIn, onLogLine, quietFunctions } from './deliver.ts';
import { Turnstile } from './turnstile.ts';

const { ASSEMBLY = '', STATE = '', CALLBACK_URL = '' } = process.env;

const state = new StateDirectory(STATE);
const engines = await startEngines(state);
const { endpoints, sqs } = engines;
const description = describeApp(readAssembly(ASSEMBLY), {
  api: () => 'http://127.0.0.1:9',
  s3: endpoints.s3,
  sqs: endpoints.sqs,
});
await engines.create(description);
const { deliver, mapping, queueUrl } = deliverIn(description);
const ledger = dynamoLedger(engines.dynamodb.client, deliver.environment[ENVIRONMENT.ledgerTable] ?? '');

const turnstile = new Turnstile();
const receive = sqs.receive.bind(sqs);
sqs.receive = async (url, maxMessages, wait) =>
  await turnstile.pass(maxMessages, (count) => receive(url, count, wait));
const deleteMessages = sqs.delete.bind(sqs);
sqs.delete = async (url, messages) => {
  await deleteMessages(url, messages);
  turnstile.left(messages.length);
};

const functions = quietFunctions(description, endpoints);
new EventSourceMapping({
  mapping,
  queueUrl,
  sqs,
  functions: functions.pool(deliver.arn),
  onLogLine,
});

/** So many tasks are put at once; DynamoDB takes 25 in a call. */
const AT_ONCE = 250;

let owed = 0;

answerCommands({
  async owe(count: number) {
    const entries = Array.from({ length: count }, (_, index) => owedEntry(owed + index, CALLBACK_URL));
    owed += count;
    for (const some of chunks(entries, AT_ONCE)) {
      await Promise.all(chunks(some, 25).map((few) => ledger.createMany(few.map((entry) => ({ entry })))));
      await sqs.send(
        queueUrl,
        some.map(({ task_id, generation }) => ({ body: encodeMessage({ task_id, generation }) })),
      );
      await delay(0);
    }
  },
  /** Delivers so many of those that are owed; resolves when the last of them is acknowledged. */
  async drain(count: number) {
    await turnstile.let(count);
    return count;
  },
});
