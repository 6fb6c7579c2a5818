/** What the API answers, as schemas. The handlers build these answers by hand; a test holds the two together. */
import * as z from 'zod';
import { DEAD_REASONS, OUTCOME_STATUSES, STATES } from '../lambda/contract/states.ts';

const time = z.iso.datetime();

export const accepted = z.strictObject({
  status: z.literal('accepted'),
  task_id: z.uuid(),
  callback_pending: z.boolean().describe('Whether a callback is owed'),
});

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('What was given, what is allowed, what to do next'),
  issues: z
    .array(z.strictObject({ path: z.string(), message: z.string() }))
    .optional()
    .describe('Each thing that is wrong with the body, at its path'),
});

/** How API Gateway itself refuses a request. */
export const message = z.strictObject({ message: z.string() });

export const batchResults = z.strictObject({
  results: z.array(z.union([accepted, z.strictObject({ status: z.literal('rejected'), problem })])),
});

const failure = z.strictObject({ type: z.string(), message: z.string() });

const outcome = z.strictObject({
  status: z.enum(OUTCOME_STATUSES),
  completed_at: time,
  result_url: z.string().optional(),
  error: failure.optional(),
});

const attempt = z.strictObject({
  attempt: z.int().min(1),
  at: time,
  duration_ms: z.int().min(0),
  status_code: z.int().optional(),
  error: z.string().optional(),
});

export const taskView = z.strictObject({
  task_id: z.uuid(),
  task_name: z.string(),
  status: z.enum(STATES),
  callback_pending: z.boolean(),
  accepted_at: time,
  runs: z.int().min(0),
  outcome: outcome.optional(),
  callback: z
    .strictObject({
      url: z.string(),
      format: z.string(),
      attempt_count: z.int().min(0),
      attempts: z.array(attempt).describe('The latest ten'),
      next_attempt_at: time.optional(),
      deliver_by: time.optional(),
      delivered_at: time.optional(),
      dead_at: time.optional(),
      dead_reason: z.enum(DEAD_REASONS).optional(),
      last_answer: z.string().optional().describe('The first bytes of the last answer that was not 2xx'),
    })
    .optional(),
});

export const settled = z.strictObject({
  status: z.string(),
  task_id: z.uuid(),
  callback_pending: z.boolean(),
});

export const health = z.strictObject({ status: z.literal('ok'), version: z.string() });
