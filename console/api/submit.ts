import * as z from 'zod';
import { Problem } from '../../lambda/http/problem.ts';
import type { SubmitAnswer, SubmitRequest } from '../api-types.ts';

/** What `POST /console/api/submit` takes. */
export const submitSchema = z.strictObject({
  body: z.unknown(),
  idempotency_key: z.string().min(1).optional(),
});

const TIME_LIMIT_MS = 35_000;

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
 * @throws Problem where nobody answered
 */
export async function submitTo({ url, headers, body }: ApiRequest): Promise<SubmitAnswer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers,
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  }).catch((error: Error) => {
    const cause = (error.cause as Error | undefined)?.message ?? error.message;
    const detail = `${url.origin} did not answer: ${cause}`;
    throw new Problem({ status: 502, title: 'Bad Gateway', detail });
  });
  const text = await answer.text();
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: parsedIfJson(text) };
}

function parsedIfJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
