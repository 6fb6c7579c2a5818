import { FORMAT_WRITERS } from '../contract/formats.ts';
import { VERSION } from '../contract/version.ts';
import type { Entry } from '../ledger/entry.ts';
import { LoggableError } from '../loggable-error.ts';
import type { FormatWriter } from './formats/writer.ts';
import type { CallbackRequest } from './post.ts';
import { beamSignature, standardWebhooksSignature } from './signature.ts';

/** What a callback needs to know besides its task. */
export interface CallbackCircumstances {
  /** The client's live signing secrets, the current one first. Not empty. */
  readonly secrets: readonly string[];
  /** Base URL of the HTTP API, without a trailing slash: results are fetched from it. */
  readonly apiUrl: string;
  /** When the attempt is made, in epoch milliseconds. */
  readonly nowMs: number;
}

/**
 * The callback of a settled task, signed for this moment. Between attempts only the timestamps and the
 * signatures differ; id and body stay the same, so that receivers can drop what they have seen.
 *
 * `webhook-signature` has one signature for each live secret; `x-task-signature` has room for one alone, which
 * is made with the current secret.
 *
 * @throws LoggableError if the task has no outcome, no callback URL or an unknown format, or there is no secret to sign
 *   with
 */
export function callbackRequest(
  entry: Entry,
  resultJson: string | undefined,
  { secrets, apiUrl, nowMs }: CallbackCircumstances,
): CallbackRequest {
  const { task_id, task_name, outcome, callback_url, callback_format } = entry;
  if (outcome === undefined || callback_url === undefined) {
    throw new LoggableError(`task ${task_id} is ${entry.state} but has no outcome or no callback_url`);
  }
  const [currentSecret] = secrets;
  if (currentSecret === undefined) throw new LoggableError(`there is no secret to sign task ${task_id} with`);

  const resultUrl = `${apiUrl}/api/tasks/${task_id}/result`;
  // A newer version may have accepted the task.
  const write: FormatWriter | undefined = FORMAT_WRITERS[callback_format];
  if (write === undefined) {
    throw new LoggableError(
      `task ${task_id} has the callback_format ${JSON.stringify(callback_format)}, which this version does not know`,
    );
  }
  const written = write({ task_id, task_name, outcome, resultJson, resultUrl });
  const { contentType, body, statusWord, headers } = written;
  const timestampSeconds = Math.floor(nowMs / 1000);
  return {
    url: callback_url,
    headers: {
      'content-type': contentType,
      'user-agent': `callback-completion/${VERSION}`,
      'webhook-id': task_id,
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': secrets
        .map((secret) => standardWebhooksSignature(secret, task_id, timestampSeconds, body))
        .join(' '),
      'x-task-id': task_id,
      'x-task-status': statusWord,
      'x-task-timestamp': String(timestampSeconds),
      'x-task-signature': beamSignature(currentSecret, timestampSeconds, body),
      ...headers,
    },
    body,
  };
}
