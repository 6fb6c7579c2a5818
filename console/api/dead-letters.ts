import * as z from 'zod';
import { LETTER_REASONS, type Letter } from '../../ops/dlq/letter.ts';
import { findLetters } from '../../ops/dlq/list.ts';
import { nothingRedriven, type Redriven, redriveAll } from '../../ops/dlq/redrive.ts';
import { whyStopped, withLetters } from '../../ops/dlq/walk-letters.ts';
import { parseAge } from '../../ops/duration.ts';
import { explain } from '../../ops/fault.ts';
import { type Filter, filterFrom } from '../../ops/filters.ts';
import { pace } from '../../ops/pace.ts';
import type { LetterList, LetterRow, RedriveEnd, RedriveProgress } from '../api-types.ts';
import type { Desk } from '../desk.ts';
import { limitFrom, text } from './parameters.ts';

const SHOWN_BY_DEFAULT = 100;

/** Shows letters, and leaves them in the queue. */
export async function listLetters(
  desk: Desk,
  parameters: URLSearchParams,
  interrupted: AbortSignal,
): Promise<LetterList> {
  const filter = letterFilter({
    host: text(parameters, 'host'),
    task: text(parameters, 'task'),
    reason: text(parameters, 'reason'),
    older_than: text(parameters, 'older_than'),
  });
  const limit = limitFrom(parameters, SHOWN_BY_DEFAULT);
  return await withLetters(desk.pipeline(), { interrupted }, async (letters) => {
    const { shown, lookedAt, total } = await findLetters(letters, filter, limit);
    return { letters: shown.map(letterRow), more: lookedAt < total };
  });
}

function letterRow({ raw, message, entry, atMs, taskName, host, reason, sendTo }: Letter): LetterRow {
  return {
    task_id: message?.task_id ?? '',
    task_name: taskName ?? '',
    host: host ?? '',
    reason,
    attempts: entry?.attempt_count ?? (Number(raw.attributes.attempts) || 0),
    died_at: new Date(atMs).toISOString(),
    silent: sendTo === undefined,
  };
}

/** What `POST /console/api/dlq/redrive` takes. */
export const redriveSchema = z.strictObject({
  filters: z.strictObject({
    host: z.string().optional(),
    reason: z.string().optional(),
    task: z.string().optional(),
    older_than: z.string().optional(),
  }),
  limit: z.int().min(1).max(999_999_999).optional(),
  rate: z.int().min(1).max(1_000).default(100),
  dry_run: z.boolean(),
});

/**
 * Sends letters again as `ops dlq redrive` does, and tells of each batch.
 *
 * @param interrupted the page has gone away: what is begun is ended, and nothing more is begun
 */
export async function redrive(
  desk: Desk,
  { filters, limit = Number.POSITIVE_INFINITY, rate, dry_run }: z.infer<typeof redriveSchema>,
  interrupted: AbortSignal,
  tell: (line: RedriveProgress | RedriveEnd) => void,
): Promise<void> {
  const selection = { filter: letterFilter(filters), limit, dryRun: dry_run };
  const pipeline = desk.pipeline();
  await withLetters(pipeline, { interrupted }, async (letters) => {
    const total = await letters.queue.count();
    const redriven = nothingRedriven();
    const told = { advance: () => tell(progressOf(redriven, total)) };
    let problem: string | undefined;
    try {
      tell(progressOf(redriven, total));
      await redriveAll(letters, selection, pipeline, pace(rate, interrupted), told, redriven);
      problem = whyStopped(letters, { interrupted });
    } catch (error) {
      problem = explain(error);
    }
    tell({
      ...progressOf(redriven, total),
      finished: true,
      tally: redriven.tally.counts(),
      ...(problem !== undefined && { problem }),
    });
  });
}

/** @throws UsageError */
function letterFilter({
  older_than: olderThan,
  ...values
}: {
  readonly [Name in 'host' | 'reason' | 'task' | 'older_than']?: string | undefined;
}): Filter {
  const nowMs = Date.now();
  return {
    ...filterFrom(values, LETTER_REASONS, nowMs),
    untilMs: olderThan === undefined ? undefined : nowMs - parseAge('older-than', olderThan),
  };
}

function progressOf(
  { lookedAt, sent, settled, left, diedAgain, failed }: Redriven,
  total: number,
): RedriveProgress {
  return {
    done: lookedAt,
    total: Math.max(total, lookedAt),
    redriven: sent.tasks + sent.callbacks,
    skipped: settled + left + diedAgain,
    failed,
  };
}
