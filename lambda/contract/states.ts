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
