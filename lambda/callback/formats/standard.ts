import type { DialectWriter } from '../format.ts';

/** The payload that Standard Webhooks recommends: what happened, when, and to what. */
export const standardFormat: DialectWriter = ({ task_id, task_name, outcome, resultJson }) => {
  const told = {
    type: `task.${outcome.status}`,
    timestamp: new Date(outcome.completed_at_ms).toISOString(),
    data:
      outcome.status === 'completed'
        ? { task_id, task_name, result: JSON.parse(resultJson ?? 'null') }
        : { task_id, task_name, error: outcome.error },
  };
  return { contentType: 'application/json', body: JSON.stringify(told), statusWord: outcome.status };
};
