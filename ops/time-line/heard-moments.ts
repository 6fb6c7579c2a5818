import { printable } from '../terminal.ts';
import { type HeardStep, type Moment, plain } from './moment.ts';

/** What a line of the log tells of a task; none where the ledger tells it itself. */
export function heardMoment({ atMs, step, run, reason, nextRunAt }: HeardStep): Moment[] {
  const who = run === undefined ? 'Run' : `Run ${run}`;
  switch (step) {
    case 'running':
      return [plain(atMs, 'run', `${who} began`)];
    case 'run-retry':
      return [
        {
          ...plain(atMs, 'run', `${who} asked for another run, which waits`),
          ...(nextRunAt !== undefined && { until: nextRunAt }),
          tone: 'bad',
        },
      ];
    case 'held-back':
      return [plain(atMs, 'wait', 'Held back: the host hangs, so no attempt was made')];
    case 'waiting':
      return [plain(atMs, 'wait', `Its message was put back: ${printable(reason ?? '')}`)];
    case 'revived':
      return [
        plain(
          atMs,
          'wait',
          'Redriven, after it had been given up: its callback is owed again, on a new schedule',
        ),
      ];
    case 'replayed':
      return [plain(atMs, 'wait', 'Replayed: its callback is owed once more')];
    default:
      return [];
  }
}
