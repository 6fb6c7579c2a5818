import type { DialectWriter } from '../format.ts';

/** The dialect of this product: one JSON object that says all there is to say. */
export const taskFormat: DialectWriter = ({ task_id, task_name, outcome, resultJson }) => {
  const completed_at = new Date(outcome.completed_at_ms).toISOString();
  const told =
    outcome.status === 'completed'
      ? { status: outcome.status, task_id, task_name, result: JSON.parse(resultJson ?? 'null'), completed_at }
      : { status: outcome.status, task_id, task_name, error: outcome.error, completed_at };
  return { contentType: 'application/json', body: JSON.stringify(told), statusWord: outcome.status };
};
