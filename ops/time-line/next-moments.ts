import type { Entry } from '../../lambda/ledger/entry.ts';
import { printable } from '../terminal.ts';
import { type Moment, plain } from './moment.ts';

/** What is yet to come of a task, as the ledger has it planned. */
export function nextMoments(entry: Entry, nowMs: number): Moment[] {
  const { state, next_attempt_at_ms, deliver_by_ms, not_before_ms, external_until_ms, lease_expires_at_ms } =
    entry;
  const next = (ms: number | undefined, text: string) =>
    ms === undefined || ms < nowMs ? [] : [plain(ms, 'next', text)];
  switch (state) {
    case 'accepted':
      return external_until_ms === undefined
        ? next(not_before_ms, 'It is run')
        : next(external_until_ms, 'Its outcome becomes timeout, unless it is told before');
    case 'running':
      return next(lease_expires_at_ms, 'Its lease lapses, unless the run ends before');
    case 'delivering':
      return [
        ...next(next_attempt_at_ms, `Attempt ${entry.attempt_count + 1}`),
        ...next(deliver_by_ms, 'Its callback is given up after an attempt that fails then'),
      ];
    case 'delivered':
    case 'completed':
    case 'dead':
      return [];
    default:
      return [
        plain(
          nowMs,
          'next',
          `Not known: its state, ${printable(state satisfies never)}, is one of a newer version`,
        ),
      ];
  }
}
