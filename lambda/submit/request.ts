import * as z from 'zod/mini';
import type { CallbackRules } from '../callback/rules.ts';
import { parseCallbackUrl } from '../callback/url.ts';
import { CALLBACK_FORMATS, type CallbackFormat } from '../contract/formats.ts';
import { MAX_DELAY_SECONDS, MAX_PAYLOAD_BYTES } from '../contract/limits.ts';
import { type IssueBudget, issueBudget, issuesIn, issuesOf } from '../http/issues.ts';
import { badRequest, parseJson, textOf } from '../http/json-body.ts';
import { type Issue, Problem } from '../http/problem.ts';
import type { DeployedTasks } from '../task/deployed-tasks.ts';

/** A request that may be accepted. */
export interface SubmitRequest {
  readonly taskName: string;
  /** Where the outcome goes: the request's, else the definition's, else nowhere. */
  readonly callbackUrl: string | undefined;
  /** How the outcome is told: the request's, else the definition's, else the deployment's. */
  readonly callbackFormat: CallbackFormat;
  /** How long the task is put off, in seconds: 1 to 2,592,000. Not there where it is not. */
  readonly delaySeconds?: number;
  /** The input as it was sent; the work parses it again. Undefined where there was none. */
  readonly input: unknown;
}

/** What of the deployment decides which requests are accepted, and fills in what they leave out. */
export interface SubmitRules {
  readonly tasks: DeployedTasks;
  /** Which receivers may be called. */
  readonly callbacks: CallbackRules;
  /** The format of callbacks if neither the request nor the task's definition names one. */
  readonly callbackFormat: CallbackFormat;
}

export const submitBodySchema = z.strictObject({
  task_name: z.string(),
  callback_url: z.optional(z.string()),
  callback_format: z.optional(z.enum(CALLBACK_FORMATS)),
  delay_seconds: z.optional(z.int().check(z.minimum(0), z.maximum(MAX_DELAY_SECONDS))),
  input: z.optional(z.unknown()),
});

/** A form's fields that are the request's own; the others are the task's input. */
const FORM_FIELDS = ['task_name', 'callback_url', 'callback_format', 'delay_seconds'];

/**
 * Reads a request's body: the fields of a form if the content type is a form's, else JSON.
 *
 * @param contentType the header's value
 * @throws Problem 415 | 413 | 400 with every issue that was found
 */
export function parseSubmitRequest(
  bytes: Buffer,
  rules: SubmitRules,
  contentType = 'application/json',
): SubmitRequest {
  return parseSubmission(decode(bytes, contentType), rules);
}

/**
 * Reads one request that has been decoded.
 *
 * @param budget of the request that this is, or is part of
 * @throws Problem 400 with every issue that was found
 */
export function parseSubmission(
  value: unknown,
  rules: SubmitRules,
  budget: IssueBudget = issueBudget(),
): SubmitRequest {
  const body = submitBodySchema.safeParse(value);
  if (!body.success) throw badRequest('request', issuesOf(body.error));
  const { task_name, callback_url, callback_format, delay_seconds = 0, input } = body.data;

  const definition = rules.tasks.find(task_name);
  if (definition === undefined) {
    const known = rules.tasks.names.join(', ');
    const message = `there is no task ${JSON.stringify(task_name.slice(0, 64))}; deployed are: ${known}`;
    throw badRequest('request', [{ path: 'task_name', message }]);
  }

  const issues: Issue[] = issuesIn(definition.input, input, ['input'], budget);

  const callbackUrl = callback_url ?? definition.callbackUrl;
  const url = callbackUrl === undefined ? undefined : parseCallbackUrl(callbackUrl, rules.callbacks);
  if (url?.ok === false) issues.push({ path: 'callback_url', message: url.reason });

  if (issues.length > 0) throw badRequest('request', issues);
  return {
    taskName: task_name,
    callbackUrl,
    callbackFormat: callback_format ?? definition.callbackFormat ?? rules.callbackFormat,
    // No delay and a delay of 0 are the same request: its fingerprint must not tell them apart.
    ...(delay_seconds > 0 && { delaySeconds: delay_seconds }),
    input,
  };
}

/** @throws Problem 415 | 413 | 400 */
function decode(bytes: Buffer, contentType: string): unknown {
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType === 'multipart/form-data') {
    throw new Problem({
      status: 415,
      title: 'Unsupported Media Type',
      detail:
        'Files are not taken: multipart/form-data was sent. Upload the file elsewhere, for example to S3 with a presigned URL, and send its URL in the input, as JSON or as application/x-www-form-urlencoded.',
    });
  }
  if (bytes.length > MAX_PAYLOAD_BYTES) {
    throw new Problem({
      status: 413,
      title: 'Content Too Large',
      detail: `The body has ${bytes.length} bytes; at most ${MAX_PAYLOAD_BYTES} are taken. Store large input elsewhere and send where it is.`,
    });
  }
  const text = textOf('request', bytes);
  // curl -d calls whatever it sends a form: JSON is known by the brace that it begins with.
  const isForm = mediaType === 'application/x-www-form-urlencoded' && !/^\s*\{/.test(text);
  return isForm ? formFields(text) : parseJson('request', text);
}

/** A form as the JSON request that says the same. Whatever is in its input is text, or a list of texts. */
function formFields(text: string): object {
  const valuesOf = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const values = valuesOf.get(name);
    if (values === undefined) valuesOf.set(name, [value]);
    else values.push(value);
  }
  const fields = [...valuesOf].map(
    ([name, values]) => [name, values.length === 1 ? values[0] : values] as const,
  );
  const input = fields.filter(([name]) => !FORM_FIELDS.includes(name));
  const own = fields.filter(([name]) => FORM_FIELDS.includes(name));
  return {
    ...Object.fromEntries(
      own.map(([name, value]) => [name, name === 'delay_seconds' ? numberIfOne(value) : value]),
    ),
    ...(input.length > 0 && { input: Object.fromEntries(input) }),
  };
}

function numberIfOne(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
}
