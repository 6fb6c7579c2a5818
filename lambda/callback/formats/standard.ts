import * as z from 'zod/mini';
import { OUTCOME_STATUSES } from '../../contract/states.ts';
import { type FormatDescription, failureSchema, idFields } from './description.ts';
import type { FormatWriter } from './writer.ts';

/** The payload that Standard Webhooks recommends: what happened, when, and to what. */
export const writeStandard: FormatWriter = ({ task_id, task_name, outcome, resultJson }) => {
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

export const standardDescription: FormatDescription = {
  body: () =>
    z.strictObject({
      type: z.enum(OUTCOME_STATUSES.map((status) => `task.${status}` as const)),
      timestamp: z.iso.datetime(),
      data: z.union([
        z.strictObject({ ...idFields(), result: z.unknown() }),
        z.strictObject({ ...idFields(), error: failureSchema() }),
      ]),
    }),
};
