/** How often the page asks. Pure. */

/** Nobody looks: often enough that the tab is not hopelessly old when somebody comes back. */
const HIDDEN_MS = 30_000;
const LONGEST_MS = 30_000;

export interface PollState {
  /** How often it is asked while all is well, in milliseconds. */
  readonly everyMs: number;
  readonly isHidden: boolean;
  /** How often in a row there was no answer. */
  readonly failures: number;
}

/** How long to wait until the next question, in milliseconds; doubled with each failure. */
export function nextPollMs({ everyMs, isHidden, failures }: PollState): number {
  const wellMs = isHidden ? Math.max(everyMs, HIDDEN_MS) : everyMs;
  return failures === 0 ? wellMs : Math.max(wellMs, Math.min(everyMs * 2 ** failures, LONGEST_MS));
}
