import * as z from 'zod/mini';
import type { OutcomeStatus } from '../../contract/states.ts';
import type { FormatDescription } from './description.ts';
import type { FormatWriter } from './writer.ts';

const WORDS: Readonly<Record<OutcomeStatus, string>> = {
  completed: 'COMPLETE',
  failed: 'FAILED',
  timeout: 'TIMEOUT',
  cancelled: 'CANCELLED',
};

/** For receivers of Beam's second version: `data` is the result; which task and how it ended is in the headers. */
export const writeBeamV2: FormatWriter = ({ outcome, resultJson }) => {
  const data =
    outcome.status === 'completed' ? JSON.parse(resultJson ?? 'null') : { error: outcome.error.message };
  return {
    contentType: 'application/json',
    body: JSON.stringify({ data }),
    statusWord: WORDS[outcome.status],
  };
};

export const beamV2Description: FormatDescription = {
  body: () => z.strictObject({ data: z.unknown() }),
};
