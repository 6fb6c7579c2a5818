import * as z from 'zod';
import { CALLBACK_FORMATS, type CallbackFormat } from '../callback/format.ts';
import { parseCallbackUrl } from '../callback/url.ts';
import { issuesOf } from '../http/issues.ts';
import { type Issue, Problem } from '../http/problem.ts';
import { definitions } from '../tasks/definitions.ts';

/** The largest request body, in bytes. */
export const MAX_REQUEST_BYTES = 256 * 1024;

/** A request that may be accepted. */
export interface SubmitRequest {
  readonly taskName: string;
  /** Where the outcome goes: the request's, else the definition's, else nowhere. */
  readonly callbackUrl: string | undefined;
  readonly callbackFormat: CallbackFormat;
  /** The input as it was sent; the work parses it again. Undefined where there was none. */
  readonly input: unknown;
}

const DEFAULT_FORMAT: CallbackFormat = 'task';

const bodySchema = z.strictObject({
  task_name: z.string(),
  callback_url: z.string().optional(),
  callback_format: z.enum(CALLBACK_FORMATS).optional(),
  input: z.unknown().optional(),
});

/**
 * Reads a request's body.
 *
 * @param allowedCidrs see `parseCallbackUrl`
 * @throws Problem 413 | 400 with every issue that was found
 */
export function parseSubmitRequest(bytes: Buffer, allowedCidrs: readonly string[]): SubmitRequest {
  const body = bodySchema.safeParse(parseJson(bytes));
  if (!body.success) throw badRequest(issuesOf(body.error));
  const { task_name, callback_url, callback_format, input } = body.data;

  const definition = definitions.get(task_name);
  if (definition === undefined) {
    const known = [...definitions.keys()].join(', ');
    const message = `there is no task ${JSON.stringify(task_name.slice(0, 64))}; deployed are: ${known}`;
    throw badRequest([{ path: 'task_name', message }]);
  }

  const issues: Issue[] = [];
  const fit = definition.input.safeParse(input);
  if (!fit.success) issues.push(...issuesOf(fit.error, ['input']));

  const callbackUrl = callback_url ?? definition.callbackUrl;
  const url = callbackUrl === undefined ? undefined : parseCallbackUrl(callbackUrl, allowedCidrs);
  if (url?.ok === false) issues.push({ path: 'callback_url', message: url.reason });

  if (issues.length > 0) throw badRequest(issues);
  return { taskName: task_name, callbackUrl, callbackFormat: callback_format ?? DEFAULT_FORMAT, input };
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.length > MAX_REQUEST_BYTES) {
    throw new Problem({
      status: 413,
      title: 'Content Too Large',
      detail: `The body has ${bytes.length} bytes; at most ${MAX_REQUEST_BYTES} are taken. Store large input elsewhere and send where it is.`,
    });
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw badRequest([{ path: '', message: 'the body is not JSON in UTF-8' }]);
  }
}

function badRequest(issues: readonly Issue[]): Problem {
  return new Problem({
    status: 400,
    title: 'Bad Request',
    detail: `The request was not accepted: ${issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')}`,
    issues,
  });
}
