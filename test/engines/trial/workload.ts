import { CALLBACK_FORMATS } from '../../../lambda/contract/formats.ts';

/** How the receiver of a task's callback behaves until it is healed. Without one, the task owes no callback. */
export const RECEIVERS = ['ok', 'flaky', 'down', 'gone', 'reset', 'none'] as const;
export type Receiver = (typeof RECEIVERS)[number];

/** A task of the trial, and what must become of it. */
export interface PlannedTask {
  readonly index: number;
  readonly receiver: Receiver;
  readonly request: Readonly<Record<string, unknown>>;
  /** Sent with the request; a third of the single requests have one. */
  readonly idempotencyKey: string | undefined;
  /** What is done to an external task from outside. */
  readonly change: 'complete' | 'fail' | 'cancel' | undefined;
  readonly outcome: 'completed' | 'failed' | 'cancelled';
  /** Number of runs of the work. */
  readonly runs: number;
}

type Work = Pick<PlannedTask, 'change' | 'outcome' | 'runs'> & { readonly request: object };

/** @param callbackBase URL of the receivers, without a trailing slash */
export function plannedTask(index: number, callbackBase: string): PlannedTask {
  const receiver = RECEIVERS[index % RECEIVERS.length] ?? 'ok';
  const { request, ...expected } = work(index);
  return {
    index,
    receiver,
    request: {
      ...request,
      ...(receiver !== 'none' && {
        callback_url: `${callbackBase}/${receiver}/${index}`,
        callback_format: CALLBACK_FORMATS[index % CALLBACK_FORMATS.length],
      }),
    },
    idempotencyKey: index % 3 === 0 ? `order ${index}` : undefined,
    ...expected,
  };
}

function work(index: number): Work {
  const completed = { change: undefined, outcome: 'completed', runs: 1 } as const;
  switch (index % 7) {
    case 0:
      return { request: { task_name: 'fail', input: { times: 1 } }, ...completed, runs: 2 };
    case 1:
      return {
        request: { task_name: 'fail', input: { message: `no. ${index}` } },
        ...completed,
        outcome: 'failed',
      };
    case 2:
      return { request: { task_name: 'generate-report', input: { rows: rows(index) } }, ...completed };
    case 3:
      return { request: { task_name: 'sleep', input: { seconds: 0 }, delay_seconds: 2 }, ...completed };
    case 4:
      return {
        request: { task_name: 'manual-review', input: { subject: `no. ${index}` } },
        ...review(index),
      };
    default:
      return { request: { task_name: 'sleep', input: { seconds: 0.05 } }, ...completed };
  }
}

function review(index: number): Omit<Work, 'request'> {
  if (index % 3 === 0) return { change: 'cancel', outcome: 'cancelled', runs: 0 };
  return index % 3 === 1
    ? { change: 'complete', outcome: 'completed', runs: 0 }
    : { change: 'fail', outcome: 'failed', runs: 0 };
}

/** More than fits beside an entry. */
function rows(index: number): object[] {
  return Array.from({ length: 40 }, (_, n) => ({
    n,
    word: `wörd ${n} of ${index}`,
    none: null,
    size: 1.5e10,
  }));
}
