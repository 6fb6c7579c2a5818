/** The states of a task, in the order a task meets them. `lambda/ledger/entry.ts` draws the steps between them. */
export const STATES = ['accepted', 'running', 'delivering', 'delivered', 'completed', 'dead'] as const;
export type State = (typeof STATES)[number];

/** How the work of a task ended. Each but `completed` has an error instead of a result. */
export const OUTCOME_STATUSES = ['completed', 'failed', 'timeout', 'cancelled'] as const;
export type OutcomeStatus = (typeof OUTCOME_STATUSES)[number];
export type FailureStatus = Exclude<OutcomeStatus, 'completed'>;

/** Why a callback was given up. */
export const DEAD_REASONS = ['deadline-passed', 'gone', 'url-refused'] as const;
export type DeadReason = (typeof DEAD_REASONS)[number];

/** Dead reasons that one attempt decides, whatever time is left. */
export type GiveUpReason = Extract<DeadReason, 'gone' | 'url-refused'>;

/** The queue whose message advances a task in each state; null if the task is settled. */
export const QUEUE_OF_STATE = {
  accepted: 'tasks',
  running: 'tasks',
  delivering: 'callbacks',
  delivered: null,
  completed: null,
  dead: null,
} as const satisfies Readonly<Record<State, 'tasks' | 'callbacks' | null>>;

/** Whether this version knows the state: a ledger may have entries that a newer version wrote. */
export function isState(name: string): name is State {
  return (STATES as readonly string[]).includes(name);
}
