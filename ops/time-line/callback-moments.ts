/** What the ledger tells of a task's callback. */
import { callbackOrigin } from '../../lambda/callback/host.ts';
import { isoTime } from '../../lambda/http/time.ts';
import type { Attempt, Entry } from '../../lambda/ledger/entry.ts';
import { answerText } from '../story.ts';
import { counted, printable } from '../terminal.ts';
import { type HeardStep, type Moment, plain } from './moment.ts';

/**
 * Of a callback in a later life, whose entry does not tell any more that it was given up before. It was, unless the last
 * attempt of the life before was a success: then it was replayed after its delivery. When it was redriven is not kept:
 * told is when the new life's first attempt was, or else what is last known of the life before.
 */
export function redrivenMoment(entry: Entry, heard: readonly HeardStep[]): Moment[] {
  const { state, generation, schedule_base, attempts, outcome, accepted_at_ms } = entry;
  // The end of the present life counts one, too.
  const livesBefore = state === 'dead' ? generation - 1 : generation;
  if (livesBefore < 1 || heard.some(({ step }) => step === 'revived' || step === 'replayed')) return [];
  const lastBefore = attempts.find(({ attempt }) => attempt === schedule_base);
  // So long ago that it is not kept how it ended.
  if (lastBefore === undefined && schedule_base > 0) return [];
  const { status_code } = lastBefore ?? {};
  if (status_code !== undefined && isSuccess(status_code)) return [];
  const first = attempts.find(({ attempt }) => attempt === schedule_base + 1);
  const endedMs =
    lastBefore === undefined
      ? (outcome?.completed_at_ms ?? accepted_at_ms)
      : lastBefore.at_ms + lastBefore.duration_ms;
  return [plain(first?.at_ms ?? endedMs, 'wait', 'Redriven, after it had been given up')];
}

export function attemptMoments(entry: Entry): Moment[] {
  const { attempts, attempt_count, last_answer } = entry;
  const unkept = attempt_count - attempts.length;
  const [first] = attempts;
  const lastRefused = attempts.findLastIndex(
    ({ status_code }) => status_code !== undefined && !isSuccess(status_code),
  );
  return [
    ...(first !== undefined && unkept > 0
      ? [plain(first.at_ms, 'attempt', `${counted(unkept, 'attempt')} before these are not kept`)]
      : []),
    ...attempts.map((attempt, index) =>
      attemptMoment(entry, attempt, index === lastRefused ? last_answer : undefined),
    ),
  ];
}

function attemptMoment({ callback_url = '' }: Entry, attempt: Attempt, answer: string | undefined): Moment {
  const { at_ms, duration_ms, status_code } = attempt;
  const delivered = status_code !== undefined && isSuccess(status_code);
  return {
    at: isoTime(at_ms),
    kind: 'attempt',
    text: `Attempt ${attempt.attempt} at ${callbackOrigin(callback_url)}: ${answerText(attempt)}`,
    ...(status_code !== undefined && { status_code }),
    duration_ms,
    ...(answer !== undefined && answer !== '' && { first_bytes: printable(answer) }),
    tone: delivered ? 'good' : 'bad',
  };
}

export function endMoment({ state, delivered_at_ms, dead_at_ms, dead_reason }: Entry): Moment[] {
  if (state === 'delivered' && delivered_at_ms !== undefined) {
    return [{ ...plain(delivered_at_ms, 'delivered', 'Delivered'), tone: 'good' }];
  }
  if (state !== 'dead' || dead_at_ms === undefined) return [];
  const why = dead_reason === undefined ? '' : ` (${dead_reason})`;
  const text = `Given up${why}: it is in the dead-letter queue, and can be redriven or replayed`;
  return [{ ...plain(dead_at_ms, 'dead', text), tone: 'bad' }];
}

function isSuccess(statusCode: number): boolean {
  return statusCode >= 200 && statusCode < 300;
}
