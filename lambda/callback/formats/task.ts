import * as z from 'zod/mini';
import { OUTCOME_STATUSES } from '../../contract/states.ts';
import { type FormatDescription, failureSchema, idFields } from './description.ts';
import type { FormatWriter } from './writer.ts';

/** The format of this product: one JSON object with everything a callback reports. */
export const writeTask: FormatWriter = ({ task_id, task_name, outcome, resultJson }) => {
  const completed_at = new Date(outcome.completed_at_ms).toISOString();
  const told =
    outcome.status === 'completed'
      ? { status: outcome.status, task_id, task_name, result: JSON.parse(resultJson ?? 'null'), completed_at }
      : { status: outcome.status, task_id, task_name, error: outcome.error, completed_at };
  return { contentType: 'application/json', body: JSON.stringify(told), statusWord: outcome.status };
};

export const taskDescription: FormatDescription = {
  body: () => {
    const completedAt = { completed_at: z.iso.datetime() };
    return z.union([
      z.strictObject({
        status: z.literal('completed'),
        ...idFields(),
        result: z.unknown(),
        ...completedAt,
      }),
      z.strictObject({
        status: z.enum(OUTCOME_STATUSES.filter((status) => status !== 'completed')),
        ...idFields(),
        error: failureSchema(),
        ...completedAt,
      }),
    ]);
  },
};
