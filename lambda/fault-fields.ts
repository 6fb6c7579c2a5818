import { LoggableError } from './loggable-error.ts';

/** What is logged of an error. */
export interface FaultFields {
  /** The error's class. */
  readonly name: string;
  /** Of a `LoggableError` alone. */
  readonly message?: string;
  /** Node's code, as `ECONNRESET`. */
  readonly code?: string;
  readonly http_status?: number;
  /** By which AWS finds the request that it refused. */
  readonly aws_request_id?: string;
  /** Where it was thrown, innermost first. */
  readonly at?: readonly string[];
}

const MOST_FRAMES = 10;

/**
 * What may be logged of an error. Texts of errors are not ours to log: a JSON parser quotes what it could not read,
 * an argument check shows the argument, a service repeats the request. So a text is told only of a `LoggableError`; of
 * all others, plain errors among them, which Node and libraries throw as well, their class, codes and the place in
 * the code say what there is to say.
 */
export function faultFields(error: Error): FaultFields {
  const { code, $metadata } = error as Error & { code?: unknown; $metadata?: AwsMetadata };
  const status = $metadata?.httpStatusCode;
  const requestId = matching(/^[\w-]{1,128}$/, $metadata?.requestId);
  const at = framesOf(error);
  return {
    name: matching(/^[\w$.]{1,100}$/, error.name) ?? 'Error',
    ...(error instanceof LoggableError && { message: error.message }),
    ...orNothing('code', matching(/^[A-Z][A-Z0-9_]{1,63}$/, code)),
    ...(typeof status === 'number' && { http_status: status }),
    ...orNothing('aws_request_id', requestId),
    ...(at.length > 0 && { at }),
  };
}

interface AwsMetadata {
  readonly httpStatusCode?: unknown;
  readonly requestId?: unknown;
}

/** The stack begins with the text, which may look like a place: then none of it is told. */
function framesOf({ message, stack = '' }: Error): string[] {
  const frame = /^ +at (\S.*:\d+:\d+\)?|.+ \(<anonymous>\))$/;
  if (
    String(message)
      .split('\n')
      .some((line) => /^\s*at /.test(line))
  )
    return [];
  const lines = String(stack)
    .split('\n')
    .filter((line) => frame.test(line));
  return lines.slice(-MOST_FRAMES).map((line) => line.trim().replace(/^at /, ''));
}

function matching(pattern: RegExp, value: unknown): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? value : undefined;
}

function orNothing<Name extends string>(name: Name, value: string | undefined) {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, string>);
}
