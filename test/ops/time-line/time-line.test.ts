import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { HeardStep } from '../../../ops/time-line/moment.ts';
import { timeLine } from '../../../ops/time-line/time-line.ts';
import { ALICE, acceptedTask, deliveringTask } from '../../support/entries.ts';

/** 2025-11-24T16:00:00.000Z: when these tasks are accepted. */
const ACCEPTED_AT_MS = 1_764_000_000_000;

/** `16:00:05 outcome good Its outcome was stored: completed` */
const told = (entry: Entry, heard: readonly HeardStep[] = [], nowMs = ACCEPTED_AT_MS + 10_000) =>
  timeLine(entry, heard, nowMs).map(
    ({ at, kind, tone, text, until }) =>
      `${at.slice(11, 19)} ${kind} ${tone} ${text}${until === undefined ? '' : ` | until ${until}`}`,
  );

describe('the time line of a task', () => {
  it('that waits to be run tells when it is', () => {
    expect(told(acceptedTask({ not_before_ms: ACCEPTED_AT_MS + 60_000 }))).toEqual([
      `16:00:00 accepted plain Accepted from ${ALICE}; put off | until 2025-11-24T16:01:00.000Z`,
      '16:01:00 next plain It is run',
    ]);
  });

  it('whose work is done elsewhere tells until when that is waited for', () => {
    expect(told(acceptedTask({ external_until_ms: ACCEPTED_AT_MS + 86_400_000 }))).toEqual([
      `16:00:00 accepted plain Accepted from ${ALICE}; its outcome comes from elsewhere, and is waited for | until 2025-11-25T16:00:00.000Z`,
      '16:00:00 next plain Its outcome becomes timeout, unless it is told before',
    ]);
  });

  it('tells each run where the log was heard, and their number where it was not', () => {
    const entry = deliveringTask({ runs: 2 });
    const heard = [
      { atMs: ACCEPTED_AT_MS + 1_000, step: 'running', run: 1 },
      { atMs: ACCEPTED_AT_MS + 2_000, step: 'run-retry', run: 1, nextRunAt: '2025-11-24T16:00:04.000Z' },
      { atMs: ACCEPTED_AT_MS + 4_000, step: 'running', run: 2 },
      { atMs: ACCEPTED_AT_MS + 5_000, step: 'completed' },
    ];

    expect(told(entry, heard).slice(1, 5)).toEqual([
      '16:00:01 run plain Run 1 began',
      '16:00:02 run bad Run 1 asked for another run, which waits | until 2025-11-24T16:00:04.000Z',
      '16:00:04 run plain Run 2 began',
      '16:00:05 outcome good Its outcome was stored: completed',
    ]);
    expect(told(entry).slice(1, 3)).toEqual([
      '16:00:05 run plain Ran, in 2 runs',
      '16:00:05 outcome good Its outcome was stored: completed',
    ]);
  });

  it('tells each attempt with what it came to, and what is next', () => {
    const entry = deliveringTask({
      attempt_count: 3,
      attempts: [
        { attempt: 1, at_ms: ACCEPTED_AT_MS + 5_100, duration_ms: 12, status_code: 503 },
        { attempt: 2, at_ms: ACCEPTED_AT_MS + 6_000, duration_ms: 9, status_code: 500 },
        { attempt: 3, at_ms: ACCEPTED_AT_MS + 7_000, duration_ms: 3, error_class: 'connection-refused' },
      ],
      last_answer: 'out of\u0007 order',
      next_attempt_at_ms: ACCEPTED_AT_MS + 300_000,
    });

    expect(told(entry).slice(3)).toEqual([
      '16:00:05 attempt bad Attempt 1 at https://receiver.example: HTTP 503',
      '16:00:06 attempt bad Attempt 2 at https://receiver.example: HTTP 500',
      '16:00:07 attempt bad Attempt 3 at https://receiver.example: connection-refused',
      '16:05:00 next plain Attempt 4',
      '16:00:05 next plain Its callback is given up after an attempt that fails then',
    ]);
    const withAnswer = timeLine(entry, [], ACCEPTED_AT_MS).filter(
      (moment) => moment.first_bytes !== undefined,
    );
    expect(withAnswer).toMatchObject([{ status_code: 500, duration_ms: 9, first_bytes: 'out of� order' }]);
  });

  it('in a state of a newer version reports that what comes next is not known', () => {
    const entry = acceptedTask({ state: 'paused' as 'accepted' });

    expect(told(entry).at(-1)).toBe(
      '16:00:10 next plain Not known: its state, paused, is one of a newer version',
    );
  });

  it('that was replayed and delivered tells both', () => {
    const entry = deliveringTask({
      state: 'delivered',
      generation: 2,
      delivered_at_ms: ACCEPTED_AT_MS + 9_500,
      attempt_count: 1,
      attempts: [{ attempt: 1, at_ms: ACCEPTED_AT_MS + 9_000, duration_ms: 4, status_code: 204 }],
    });

    expect(told(entry, [{ atMs: ACCEPTED_AT_MS + 8_000, step: 'replayed' }]).slice(-3)).toEqual([
      '16:00:08 wait plain Replayed: its callback is owed once more',
      '16:00:09 attempt good Attempt 1 at https://receiver.example: HTTP 204',
      '16:00:09 delivered good Delivered',
    ]);
  });

  const refused = { attempt: 1, at_ms: ACCEPTED_AT_MS + 6_000, duration_ms: 9, status_code: 410 };
  const taken = { attempt: 1, at_ms: ACCEPTED_AT_MS + 6_000, duration_ms: 9, status_code: 204 };
  const second = { attempt: 2, at_ms: ACCEPTED_AT_MS + 9_000, duration_ms: 4, status_code: 204 };
  const redriven = {
    state: 'delivered',
    generation: 1,
    schedule_base: 1,
    attempt_count: 2,
    attempts: [refused, second],
    delivered_at_ms: ACCEPTED_AT_MS + 9_500,
  } as const;

  it('that was redriven still tells that it had been given up, though its entry does not say so any more', () => {
    expect(told(deliveringTask(redriven)).slice(3)).toEqual([
      '16:00:06 attempt bad Attempt 1 at https://receiver.example: HTTP 410',
      '16:00:09 wait plain Redriven, after it had been given up',
      '16:00:09 attempt good Attempt 2 at https://receiver.example: HTTP 204',
      '16:00:09 delivered good Delivered',
    ]);
    const owed = deliveringTask({ generation: 1, schedule_base: 1, attempt_count: 1, attempts: [refused] });
    expect(told(owed).slice(3, 5)).toEqual([
      '16:00:06 attempt bad Attempt 1 at https://receiver.example: HTTP 410',
      '16:00:06 wait plain Redriven, after it had been given up',
    ]);
  });

  it('tells its redrive once where the log was heard', () => {
    const heard = [{ atMs: ACCEPTED_AT_MS + 8_000, step: 'revived' }];

    expect(told(deliveringTask(redriven), heard).filter((line) => line.includes('Redriven'))).toEqual([
      '16:00:08 wait plain Redriven, after it had been given up: its callback is owed again, on a new schedule',
    ]);
  });

  it.each([
    ['was given up for the first time', { ...redriven, state: 'dead', schedule_base: 0 }],
    ['was replayed after its delivery', { ...redriven, attempts: [taken, second] }],
    ['does not keep how its life before ended', { ...redriven, attempts: [second] }],
  ] as const)('that %s tells of no redrive', (_, differences) => {
    expect(told(deliveringTask(differences)).join()).not.toContain('Redriven');
  });

  it('has no time within a sentence: whoever shows it says when in the words of its reader', () => {
    const heard = ['running', 'run-retry', 'held-back', 'waiting', 'revived', 'replayed'].map((step) => ({
      atMs: ACCEPTED_AT_MS + 1_000,
      step,
      run: 1,
      nextRunAt: '2025-11-24T16:00:04.000Z',
    }));
    const entries = [
      acceptedTask({ not_before_ms: ACCEPTED_AT_MS + 60_000 }),
      acceptedTask({ external_until_ms: ACCEPTED_AT_MS + 86_400_000 }),
      deliveringTask({ ...redriven, state: 'dead', dead_at_ms: ACCEPTED_AT_MS + 9_500 }),
      deliveringTask(redriven),
    ];

    const sentences = entries
      .flatMap((entry) => timeLine(entry, heard, ACCEPTED_AT_MS))
      .map(({ text }) => text);
    expect(sentences.filter((text) => /\d{4}-\d\d-\d\d|\d\d:\d\d/.test(text))).toEqual([]);
  });

  it('holds nothing of the content', () => {
    const entry = deliveringTask({
      outcome: {
        status: 'failed',
        completed_at_ms: ACCEPTED_AT_MS + 5_000,
        error: { type: 'PaperError', message: 'no paper for Mrs Smith' },
      },
    });

    expect(told(entry)).toContain('16:00:05 outcome bad Its outcome was stored: failed (PaperError)');
    expect(JSON.stringify(timeLine(entry, [], ACCEPTED_AT_MS))).not.toMatch(/Smith|hook|key=1/);
  });
});
