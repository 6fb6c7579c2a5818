import type { IncomingMessage } from 'node:http';
import type * as z from 'zod';
import { MAX_JSON_DEPTH } from '../lambda/contract/limits.ts';
import { Problem } from '../lambda/http/problem.ts';
import { jsonDepth } from '../lambda/json-depth.ts';
import { readBody } from '../local/http-body.ts';
import { issuesOf } from '../local/problem.ts';

/** More than the API takes of a task, so that it is the API that says so. */
const MAX_BODY_BYTES = 1024 * 1024;
const MAX_DEPTH = 2 * MAX_JSON_DEPTH;

/**
 * The JSON that a request brings.
 *
 * @throws Problem
 */
export async function readRequest(request: IncomingMessage): Promise<unknown> {
  const bytes = await readBody(request, MAX_BODY_BYTES);
  if (bytes === undefined) {
    const detail = `The console takes up to ${MAX_BODY_BYTES} bytes`;
    throw new Problem({ status: 413, title: 'Content Too Large', detail });
  }
  const text = bytes.toString('utf8');
  const depth = jsonDepth(text);
  if (depth > MAX_DEPTH) {
    const detail = `The body nests ${depth} levels deep; the console takes ${MAX_DEPTH}, and the API of a task's input ${MAX_JSON_DEPTH}.`;
    throw new Problem({ status: 400, title: 'Bad Request', detail });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = `The body is not JSON: ${(error as Error).message}`;
    throw new Problem({ status: 400, title: 'Bad Request', detail });
  }
}

/** @throws Problem that tells where a body does not fit */
export function parsed<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const fit = schema.safeParse(body);
  if (fit.success) return fit.data;
  throw new Problem({
    status: 400,
    title: 'Bad Request',
    detail: 'The body is not what this takes; issues tells where.',
    issues: issuesOf(fit.error),
  });
}
