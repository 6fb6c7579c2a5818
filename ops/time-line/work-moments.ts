/** What the ledger tells of a task's work. */
import { isoTime } from '../../lambda/http/time.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import { counted, printable } from '../terminal.ts';
import { type HeardStep, type Moment, plain } from './moment.ts';

export function acceptedMoment(entry: Entry): Moment {
  const { accepted_at_ms, not_before_ms, external_until_ms, client } = entry;
  const from = `Accepted from ${printable(client)}`;
  if (external_until_ms !== undefined) {
    const text = `${from}; its outcome comes from elsewhere, and is waited for`;
    return { ...plain(accepted_at_ms, 'accepted', text), until: isoTime(external_until_ms) };
  }
  if (not_before_ms > accepted_at_ms && entry.runs === 0) {
    return { ...plain(accepted_at_ms, 'accepted', `${from}; put off`), until: isoTime(not_before_ms) };
  }
  return plain(accepted_at_ms, 'accepted', from);
}

/** Where no run was heard: how many there were. */
export function runsMoment({ runs, outcome, accepted_at_ms }: Entry, heard: readonly HeardStep[]): Moment[] {
  if (runs === 0 || outcome === undefined || heard.some(({ step }) => step === 'running')) return [];
  return [plain(Math.max(accepted_at_ms, outcome.completed_at_ms), 'run', `Ran, in ${counted(runs, 'run')}`)];
}

export function outcomeMoment({ outcome, accepted_at_ms }: Entry): Moment[] {
  if (outcome === undefined) return [];
  const { status, completed_at_ms } = outcome;
  const error = 'error' in outcome ? ` (${printable(outcome.error.type)})` : '';
  const text = `Its outcome was stored: ${status}${error}`;
  return [
    {
      ...plain(completed_at_ms, 'outcome', text),
      duration_ms: Math.max(0, completed_at_ms - accepted_at_ms),
      tone: status === 'completed' ? 'good' : 'bad',
    },
  ];
}
