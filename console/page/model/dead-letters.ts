/** What the console says of dead letters. Pure. */
import type { LetterReason, Overview, RedriveEnd } from '../../api-types.ts';
import type { Filters } from './route.ts';
import { count } from './words.ts';

/** How many there are. Who looks into the queue hides its letters for a moment: those count as well. */
export function deadCount({ queues: { dead_letters } }: Pick<Overview, 'queues'>): number {
  return dead_letters.visible + dead_letters.in_flight;
}

/** Why a letter lies in the queue, in words beside the name that the API knows. */
export const REASON_WORDS = {
  'deadline-passed': 'failed until its deadline',
  gone: 'the receiver answered 410',
  'url-refused': 'the URL may not be called',
  'receives-exhausted': 'its stage failed too often',
  settled: 'settled or replayed since',
  'not-dead-yet': 'still being tried',
  'unknown-state': 'its state is one of a newer version',
  'unknown-task': 'no such task in the ledger',
  malformed: 'not one of ours',
} as const satisfies Readonly<Record<LetterReason, string>>;

/** What is known of the letters that a redrive would take. */
export interface Chosen {
  /** Those that there is something to send of; undefined: not counted yet. */
  readonly sendable: number | undefined;
  /** There are more than were counted. */
  readonly more: boolean;
  /** Letters at most. */
  readonly limit: number | undefined;
}

/** The question before a redrive. */
export function redriveQuestion({ sendable, more, limit = Number.POSITIVE_INFINITY }: Chosen): string {
  if (sendable === undefined) return 'Redrive these callbacks?';
  const number = Math.min(sendable, limit);
  const least = more && sendable < limit ? 'at least' : 'about';
  return `Redrive ${least} ${count(number)} callback${number === 1 ? '' : 's'}?`;
}

/** Filters of the task list that find what was redriven: of one receiver or task where all were of one. */
export function redrivenTasks(tally: RedriveEnd['tally']): Filters {
  const [first] = tally;
  if (first === undefined) return {};
  const { host, task_name } = first;
  return {
    ...(host !== null && tally.every((row) => row.host === host) && { host }),
    ...(task_name !== null && tally.every((row) => row.task_name === task_name) && { task: task_name }),
  };
}
