import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as z from 'zod';

const MAX_SCRIPTED_RESPONSES = 1_000;
const MAX_DELAY_MS = 600_000;

/** The answers that an inbox is told to give, one after another. */
export const scriptSchema = z
  .array(
    z
      .strictObject({
        status: z.int().min(200).max(599).optional(),
        headers: z.record(z.string(), z.string()).default({}).check(validHeaders),
        delay_ms: z.int().min(0).max(MAX_DELAY_MS).default(0),
        body: z.string().default(''),
        /** Never answers: the other side gives up. */
        hang: z.literal(true).optional(),
      })
      .check(answersOrHangs),
  )
  .max(MAX_SCRIPTED_RESPONSES);

/** A status, or none at all. */
export type ScriptedResponse = z.output<typeof scriptSchema>[number];

function answersOrHangs({ value, issues }: z.core.ParsePayload<{ status?: unknown; hang?: unknown }>): void {
  if ((value.status === undefined) !== (value.hang === undefined)) return;
  const message = 'an answer has either a status or hang: true';
  issues.push({ code: 'custom', input: value, path: ['status'], message });
}

function validHeaders({ value, issues }: z.core.ParsePayload<Record<string, string>>): void {
  for (const [name, text] of Object.entries(value)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, text);
    } catch (error) {
      issues.push({ code: 'custom', input: value, path: [name], message: (error as Error).message });
    }
  }
}
