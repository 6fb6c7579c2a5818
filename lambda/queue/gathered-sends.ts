import { MESSAGES_PER_REQUEST } from '../contract/limits.ts';
import type { Envelope, Queue } from './queue.ts';
import type { StartTimer } from './start-timer.ts';

/** So long the first of several sends waits for the others at most: ten tasks of milliseconds take less at 512 MB. */
const LONGEST_WAIT_MS = 500;

export interface GatheredSends {
  /** Its `send` resolves once SQS has stored the message, as ever. */
  readonly queue: Queue;
  /** Sends what has gathered at once. */
  flush(): void;
}

type Pending = { readonly envelope: Envelope } & PromiseWithResolvers<void>;

/**
 * A queue to which messages go together, up to ten to a request: of ten tasks that were run one after another, nine of
 * the requests to SQS are saved, which are a tenth of what such a task costs. A message alone goes as it always did,
 * and so does one of several that SQS would not take with the others.
 */
export function gatheredSends(queue: Queue, startTimer: StartTimer): GatheredSends {
  let gathering: Pending[] = [];
  let stopTimer = () => {};

  const flush = () => {
    stopTimer();
    const together = gathering;
    gathering = [];
    sendTogether(together, queue).catch((error) => {
      for (const { reject } of together) reject(error);
    });
  };

  return {
    queue: {
      ...queue,
      send(envelope) {
        const pending = { envelope, ...Promise.withResolvers<void>() };
        gathering.push(pending);
        if (gathering.length === 1) stopTimer = startTimer(flush, LONGEST_WAIT_MS);
        if (gathering.length === MESSAGES_PER_REQUEST) flush();
        return pending.promise;
      },
    },
    flush,
  };
}

async function sendTogether(together: readonly Pending[], queue: Queue): Promise<void> {
  const isStored = together.length > 1 ? await queue.sendBatch(together.map(({ envelope }) => envelope)) : [];
  for (const [index, { envelope, resolve }] of together.entries()) {
    resolve(isStored[index] === true ? undefined : queue.send(envelope));
  }
}
