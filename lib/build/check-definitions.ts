import type { CallbackRules } from '../../lambda/callback/rules.ts';
import { parseCallbackUrl } from '../../lambda/callback/url.ts';
import { shownPath } from './build-error.ts';
import type { TaskSummary } from './task-summary.ts';

/** What the deployment allows a definition to say. */
export interface DefinitionRules {
  /** The longest that any task's work may take, in seconds: `runTimeout` divided by `runBatchSize`. */
  readonly maxTimeoutSeconds: number;
  /** How that limit came about, for messages: `runTimeout=60s and runBatchSize=10`. */
  readonly timeoutSettings: string;
  readonly callbacks: Pick<CallbackRules, 'allowedCidrs' | 'allowedHosts'>;
}

/** Returns a line for each value that the deployment would refuse, or silently cut, at run time. */
export function refusedDefinitions(tasks: readonly TaskSummary[], rules: DefinitionRules): string[] {
  return tasks.flatMap(({ file, external, timeoutSeconds, callbackUrl }) => {
    const problems: string[] = [];
    if (!external && timeoutSeconds !== undefined && timeoutSeconds > rules.maxTimeoutSeconds) {
      problems.push(
        `timeout is ${timeoutSeconds}s; at most ${rules.maxTimeoutSeconds}s are allowed with ${rules.timeoutSettings}. Raise runTimeout, or shorten the timeout.`,
      );
    }
    if (callbackUrl !== undefined) {
      const parsed = parseCallbackUrl(callbackUrl, rules.callbacks);
      if (!parsed.ok) {
        problems.push(
          `callbackUrl ${parsed.reason}. Change the URL, or the settings allowedCallbackHosts and allowedCallbackCidrs.`,
        );
      }
    }
    return problems.map((problem) => `${shownPath(file)}: ${problem}`);
  });
}
