import type { Outcome } from '../ledger/entry.ts';

/** The dialects in which a callback can be told, by the name that a request gives. */
export const CALLBACK_FORMATS = ['task'] as const;
export type CallbackFormat = (typeof CALLBACK_FORMATS)[number];

/** A settled task, as far as its callback tells of it. */
export interface SettledTask {
  readonly task_id: string;
  readonly task_name: string;
  readonly outcome: Outcome;
  /** The result as JSON; only where the outcome is `completed`. */
  readonly resultJson?: string | undefined;
}

export interface CallbackBody {
  readonly contentType: string;
  /** The same bytes at every attempt: nothing in it depends on when it is sent. */
  readonly body: string;
}

/** Writes the body of a callback. */
export function callbackBody(format: CallbackFormat, task: SettledTask): CallbackBody {
  switch (format) {
    case 'task':
      return { contentType: 'application/json', body: JSON.stringify(taskBody(task)) };
  }
}

function taskBody({ task_id, task_name, outcome, resultJson }: SettledTask): object {
  const completed_at = new Date(outcome.completed_at_ms).toISOString();
  if (outcome.status === 'completed') {
    return {
      status: 'completed',
      task_id,
      task_name,
      result: JSON.parse(resultJson ?? 'null'),
      completed_at,
    };
  }
  return { status: outcome.status, task_id, task_name, error: outcome.error, completed_at };
}
