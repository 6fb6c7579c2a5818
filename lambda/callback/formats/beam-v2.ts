import type { Outcome } from '../../ledger/entry.ts';
import type { DialectWriter } from '../format.ts';

const WORDS: Readonly<Record<Outcome['status'], string>> = {
  completed: 'COMPLETE',
  failed: 'FAILED',
  timeout: 'TIMEOUT',
  cancelled: 'CANCELLED',
};

/** For receivers of Beam's second version: `data` is the result; which task and how it ended is in the headers. */
export const beamV2Format: DialectWriter = ({ outcome, resultJson }) => {
  const data =
    outcome.status === 'completed' ? JSON.parse(resultJson ?? 'null') : { error: outcome.error.message };
  return {
    contentType: 'application/json',
    body: JSON.stringify({ data }),
    statusWord: WORDS[outcome.status],
  };
};
