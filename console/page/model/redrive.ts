/** What a redrive is asked for, and what it tells. Pure. */
import type { RedriveEnd, RedriveProgress, RedriveRequest } from '../../api-types.ts';
import type { Filters } from './route.ts';
import { count, counted } from './words.ts';

export interface RedriveForm {
  /** Letters at most; empty: all. */
  readonly limitText: string;
  /** Letters a second at most; empty: 100. */
  readonly rateText: string;
}

export function redriveRequestOf(
  { host, reason, task, older_than }: Filters,
  { limitText, rateText }: RedriveForm,
  dryRun: boolean,
): RedriveRequest {
  return {
    filters: {
      ...(host !== undefined && { host }),
      ...(reason !== undefined && { reason }),
      ...(task !== undefined && { task }),
      ...(older_than !== undefined && { older_than }),
    },
    ...(limitText !== '' && { limit: Number(limitText) }),
    ...(rateText !== '' && { rate: Number(rateText) }),
    dry_run: dryRun,
  };
}

/** What is wrong with the form; undefined: nothing. */
export function redriveIssue({ limitText, rateText }: RedriveForm): string | undefined {
  if (limitText !== '' && !/^[1-9]\d{0,6}$/.test(limitText)) {
    return `At most is ${limitText}; it must be a whole number from 1, or empty for all.`;
  }
  if (
    rateText !== '' &&
    !(/^\d{1,4}$/.test(rateText) && Number(rateText) >= 1 && Number(rateText) <= 1_000)
  ) {
    return `A second is ${rateText}; it must be a whole number from 1 to 1,000.`;
  }
  return undefined;
}

/** One sentence on how far it is, or what has come of it. */
export function redriveWords(progress: RedriveProgress | RedriveEnd, isDryRun: boolean): string {
  const { done, total, redriven, skipped, failed } = progress;
  const also = [
    ...(skipped > 0
      ? [`${count(skipped)} ${isDryRun ? 'would be ' : ''}left or removed: nothing to send`]
      : []),
    ...(failed > 0 ? [`${count(failed)} failed and are still in the queue`] : []),
  ];
  const owed = redriven === 1 ? 'is owed again' : 'are owed again';
  const verb = isDryRun ? 'would be sent again' : owed;
  const words = [`${counted(redriven, 'callback')} ${verb}`, ...also].join('; ');
  if ('finished' in progress) return `${words}.${isDryRun && redriven > 0 ? ' Redrive sends them.' : ''}`;
  return `${words}; looked at ${count(done)}${total === undefined ? '' : ` of about ${count(total)}`}…`;
}
