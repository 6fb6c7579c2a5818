import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { logger } from '../log.ts';
import { asError } from '../loggable-error.ts';

/** One thing that is wrong with a request. */
export interface Issue {
  /** Where in the body, as `input.rows.0`; empty for the body as a whole. */
  readonly path: string;
  readonly message: string;
}

interface ProblemFields {
  readonly status: number;
  readonly title: string;
  /** For the one who reads it: what was given, what is allowed, what to do next. */
  readonly detail: string;
  readonly issues?: readonly Issue[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error answer in the making, of RFC 9457's form. Thrown by what handles a request. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly fields: ProblemFields;

  constructor(fields: ProblemFields) {
    super(fields.detail);
    this.fields = fields;
  }
}

const UNAVAILABLE = new Problem({
  status: 503,
  title: 'Service Unavailable',
  detail: 'The task store or its queue could not be reached. Nothing was promised; send the request again.',
  headers: { 'retry-after': '5' },
});

const INTERNAL = new Problem({
  status: 500,
  title: 'Internal Server Error',
  detail: 'Something broke on our side. Send the request again; with an Idempotency-Key that is always safe.',
});

/** Turns what a handler throws into an answer. */
export function problemAnswers(): MiddlewareObj<unknown, APIGatewayProxyStructuredResultV2> {
  return {
    onError: (request) => {
      const { error } = request;
      if (error instanceof Problem) {
        request.response = answerOf(error.fields);
        return;
      }
      logger.error('request failed', { error: asError(error) });
      request.response = answerOf((cameFromAws(error) ? UNAVAILABLE : INTERNAL).fields);
    },
  };
}

export function jsonAnswer(
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}

function answerOf({ status, title, detail, issues, headers }: ProblemFields) {
  return jsonAnswer(
    status,
    { type: 'about:blank', title, status, detail, ...(issues !== undefined && { issues }) },
    { 'content-type': 'application/problem+json', ...headers },
  );
}

/**
 * The SDK marks every error that left its retries, be it the service's answer or the connection's. A request that
 * DynamoDB finds invalid is a fault of ours: sending it again would not help.
 */
function cameFromAws(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return false;
  return (error as { name?: unknown }).name !== 'ValidationException';
}
