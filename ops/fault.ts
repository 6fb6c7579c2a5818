import { UserError } from '../local/user-error.ts';
import { commandLine } from '../package/command-name.ts';

/** Something that the operator can put right: its message is shown without a stack trace. */
export class Fault extends UserError {
  override readonly name = 'Fault';
}

const UNREACHED = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH']);

/** What to tell of an error, in words that lead on. */
export function explain(error: unknown): string {
  if (error instanceof UserError) return error.explanation;
  if (!(error instanceof Error)) return String(error);
  if (/credentials/i.test(error.name) || /^Region is missing/.test(error.message)) {
    return `${error.message}. AWS is asked with your own settings: give AWS_PROFILE, or AWS_REGION with credentials. ${commandLine('doctor')} says what is missing.`;
  }
  // The SDK's, once it has tried as often as it does.
  if (error.name === 'TimeoutError') {
    return 'AWS did not answer in time. What was asked to be done may have been done: look before you ask again. Is the network up, and AWS_REGION right?';
  }
  if (UNREACHED.has(String((error as NodeJS.ErrnoException).code))) {
    return `AWS was not reached: ${error.message}. Is the network up, and AWS_REGION right?`;
  }
  // AWS's own refusals carry a $fault; their names say more than where in the SDK they came up.
  if ('$fault' in error) return `${error.name}: ${error.message}`;
  return error.stack ?? error.message;
}

/** Whether nobody listens where a stack was: one that was killed leaves its endpoints behind. */
export function isNobodyThere(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
}
