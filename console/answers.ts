import type { ServerResponse } from 'node:http';
import { Problem } from '../lambda/http/problem.ts';
import { type Problem as ProblemFields, sendProblem } from '../local/problem.ts';
import { UsageError } from '../local/user-error.ts';
import { explain, Fault, isNobodyThere } from '../ops/fault.ts';

/**
 * What every answer of the console carries. The page may load and ask nothing but its own server, and nobody may put
 * it into a frame: whoever can have an operator click on it without seeing it redrives.
 */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

export function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Uint8Array,
): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type }).end(body);
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, 'application/json', JSON.stringify(body));
}

/** JSON lines, written as they come to be. */
export function startLines(response: ServerResponse): (line: object) => void {
  response.writeHead(200, { ...HEADERS, 'content-type': 'application/x-ndjson' });
  return (line) => response.write(`${JSON.stringify(line)}\n`);
}

export function refuse(
  response: ServerResponse,
  problem: ProblemFields,
  headers: Record<string, string> = {},
): void {
  sendProblem(response, problem, { ...HEADERS, ...headers });
}

/** What to answer where something was thrown: said as `ops` says it. */
export function problemOf(error: unknown): ProblemFields {
  if (error instanceof Problem) {
    const { status, title, detail, issues } = error.fields;
    return { status, title, detail, ...(issues !== undefined && { issues }) };
  }
  if (error instanceof UsageError) return { status: 400, title: 'Bad Request', detail: error.message };
  if (error instanceof Fault) return { status: 503, title: 'Service Unavailable', detail: error.message };
  if (isNobodyThere(error)) {
    return {
      status: 503,
      title: 'Service Unavailable',
      detail: 'The stack does not answer. Is it still running, and AWS_ENDPOINT_URL, if set, right?',
    };
  }
  const isFromAws = error instanceof Error && ('$fault' in error || '$metadata' in error);
  if (
    isFromAws ||
    (error instanceof Error && /credentials|^Region is missing/i.test(`${error.name}${error.message}`))
  ) {
    return { status: 502, title: 'Bad Gateway', detail: explain(error) };
  }
  // Its stack is for whoever runs the console.
  console.error(error);
  return {
    status: 500,
    title: 'Internal Server Error',
    detail: `The console broke on this: ${error instanceof Error ? error.message : String(error)}. Its terminal tells more.`,
  };
}
