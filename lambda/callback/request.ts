import type { Entry } from '../ledger/entry.ts';
import { VERSION } from '../version.ts';
import { callbackBody } from './format.ts';
import type { CallbackRequest } from './post.ts';
import { standardWebhooksSignature } from './signature.ts';

/**
 * The callback of a settled task, signed for this moment. Between attempts only the timestamp and the
 * signatures differ; id and body stay the same, so that receivers can drop what they have seen.
 *
 * @param secrets the client's live signing secrets, the current one first; one signature is made with each
 * @throws Error where the task has no outcome or no callback URL
 */
export function callbackRequest(
  entry: Entry,
  resultJson: string | undefined,
  secrets: readonly string[],
  nowMs: number,
): CallbackRequest {
  const { task_id, task_name, outcome, callback_url, callback_format } = entry;
  if (outcome === undefined || callback_url === undefined) {
    throw new Error(`task ${task_id} is ${entry.state} but has no outcome or no callback_url`);
  }
  const { contentType, body } = callbackBody(callback_format, { task_id, task_name, outcome, resultJson });
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
    },
    body,
  };
}
