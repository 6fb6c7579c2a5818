/** Program: the shipped bundle of deliver, loaded and called in this process as Lambda would, one batch at a time. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { answerCommands } from '../drain/commands.ts';
import { sqsEvent } from '../drain/sqs-event.ts';

const { CODE = '' } = process.env;

type Handler = (event: object, context: object) => Promise<unknown>;
const { handler } = createRequire(join(CODE, 'package.json'))('./index.js') as { readonly handler: Handler };

// Lambda takes what is logged; here nobody reads it, and what it tells is in the answer, too.
process.stdout.write = () => true;

const BATCH = 10;
const PAUSE_MS = 200;
const context = {
  awsRequestId: 'bench',
  functionName: 'deliver',
  getRemainingTimeInMillis: () => 30_000,
};

let delivered = 0;

answerCommands({
  /** Delivers until so many are delivered since the start; answers with what memory is resident then, in MiB. */
  async deliverUntil(count: number) {
    while (delivered < count) {
      const answer = JSON.stringify(await handler(sqsEvent(delivered, BATCH), context));
      if (answer !== '{"batchItemFailures":[]}') throw new Error(`deliver answered ${answer}`);
      delivered += BATCH;
    }
    // What the last batch left behind in the other threads of Node is theirs to end.
    await delay(PAUSE_MS);
    return process.memoryUsage.rss() / 1024 ** 2;
  },
});
