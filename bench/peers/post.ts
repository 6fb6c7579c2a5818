import { Agent, request } from 'node:http';
import { standardWebhooksSignature } from '../../lambda/callback/signature.ts';
import { type OwedCallback, SIGNING_SECRET } from '../drain/callback.ts';

const agent = new Agent({ keepAlive: true });

/** What is kept of an attempt. */
export interface KeptAttempt {
  readonly at_ms: number;
  readonly duration_ms: number;
  readonly status_code: number;
}

/**
 * Signs and POSTs a callback as who writes a worker would: `node:http`, connections kept, Standard Webhooks.
 *
 * @throws Error where the answer is not 2xx, which has the job tried again
 */
export async function postOwed({ id, url, body }: OwedCallback): Promise<KeptAttempt> {
  const startedAtMs = Date.now();
  const timestampSeconds = Math.floor(startedAtMs / 1_000);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const outgoing = request(
    url,
    {
      method: 'POST',
      agent,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'webhook-id': id,
        'webhook-timestamp': String(timestampSeconds),
        'webhook-signature': standardWebhooksSignature(SIGNING_SECRET, id, timestampSeconds, body),
      },
      signal: AbortSignal.timeout(15_000),
    },
    (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    },
  );
  outgoing.on('error', reject).end(body);
  const statusCode = await promise;
  if (statusCode < 200 || statusCode > 299) throw new Error(`${url} answered ${statusCode}`);
  return { at_ms: startedAtMs, duration_ms: Date.now() - startedAtMs, status_code: statusCode };
}
