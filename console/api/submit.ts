import * as z from 'zod';
import { Problem } from '../../lambda/http/problem.ts';
import { parseIdempotencyKey } from '../../lambda/submit/idempotency.ts';
import { parsedIfJson } from '../../local/parsed-if-json.ts';
import type { SubmitAnswer, SubmitRequest } from '../api-types.ts';

/** What `POST /console/api/submit` takes. */
export const submitSchema = z.strictObject({
  body: z.unknown(),
  idempotency_key: z.string().check(takenByTheApi).optional(),
});

/** As the API has it: what it refuses may be no header at all, and then could not be sent. */
function takenByTheApi({ value, issues }: z.core.ParsePayload<string>): void {
  try {
    parseIdempotencyKey(value);
  } catch (error) {
    const found = error instanceof Problem ? error.fields.issues : undefined;
    for (const { message } of found ?? []) issues.push({ code: 'custom', input: value, message });
  }
}

const TIME_LIMIT_MS = 35_000;

/** There was no connection, so that nothing can have been accepted. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** A request as it goes to the HTTP API. */
export interface ApiRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function submission(apiUrl: string, { body, idempotency_key: key }: SubmitRequest): ApiRequest {
  return {
    url: new URL(`${apiUrl}/api/tasks`),
    headers: { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
    body: JSON.stringify(body ?? null),
  };
}

/**
 * Submits, and tells what was answered, be it a refusal.
 *
 * @param interrupted nobody waits for the answer any more
 * @throws Problem where there was no answer, or half of one
 */
export async function submitTo(
  { url, headers, body }: ApiRequest,
  interrupted: AbortSignal,
): Promise<SubmitAnswer> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(TIME_LIMIT_MS), interrupted]),
    });
    const text = await answer.text();
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: parsedIfJson(text) };
  } catch (error) {
    throw unanswered(url.origin, error as Error);
  }
}

function unanswered(origin: string, { message, cause }: Error): Problem {
  const { message: why = message, code = '' } = (cause ?? {}) as Partial<NodeJS.ErrnoException>;
  const detail = NEVER_SENT.has(code)
    ? `${origin} did not answer: ${why}`
    : `${origin} did not answer to the end: ${why}. The task may have been accepted: to send it again is safe with the same Idempotency-Key, and may make a second task without.`;
  return new Problem({ status: 502, title: 'Bad Gateway', detail });
}
