import * as z from 'zod/mini';
import type { OutcomeStatus } from '../../contract/states.ts';
import type { FormatDescription } from './description.ts';
import type { FormatWriter } from './writer.ts';

const FORM = 'application/x-www-form-urlencoded';

/** Beam's first version has no word for work that was cancelled. */
const WORDS: Readonly<Record<OutcomeStatus, string>> = {
  completed: 'COMPLETE',
  failed: 'FAILED',
  timeout: 'TIMEOUT',
  cancelled: 'FAILED',
};

/** For receivers of Beam's first version: the result as the fields of a form, the status in a header. */
export const writeBeamV1: FormatWriter = ({ task_id, outcome, resultJson }) => {
  const statusWord = WORDS[outcome.status];
  const fields =
    outcome.status === 'completed'
      ? fieldsOf(JSON.parse(resultJson ?? 'null'))
      : { error: outcome.error.message };
  return {
    contentType: FORM,
    body: formOf(fields),
    statusWord,
    headers: { 'beam-task-id': task_id, 'x-beam-task-status': statusWord },
  };
};

/** An object's own fields are the form's; whatever else a result may be is its one field `response`. */
function fieldsOf(result: unknown): object {
  return typeof result === 'object' && result !== null && !Array.isArray(result)
    ? result
    : { response: result };
}

function formOf(fields: object): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) form.append(name, textOf(value));
  return form.toString();
}

/** Text goes as it is; numbers, truth values, null and what is nested as JSON. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export const beamV1Description: FormatDescription = {
  contentType: FORM,
  headers: { 'beam-task-id': 'The task id', 'x-beam-task-status': 'COMPLETE, FAILED or TIMEOUT' },
  body: () => z.record(z.string(), z.string()),
};
