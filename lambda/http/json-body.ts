import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Issue, Problem } from './problem.ts';

/** What a body is called where it is refused. */
export type BodyName = 'request' | 'batch' | 'completion';

/** What was sent as the body of a request. */
export function bytesOf({
  body,
  isBase64Encoded,
}: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>): Buffer {
  return Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
}

/** 400 with every issue that was found. */
export function badRequest(what: BodyName, issues: readonly Issue[]): Problem {
  const told = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  return new Problem({
    status: 400,
    title: 'Bad Request',
    detail: `The ${what} was not accepted: ${told}`,
    issues,
  });
}

/** @throws Problem 400 where the bytes are not UTF-8 */
export function textOf(what: BodyName, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw notJson(what);
  }
}

/** @throws Problem 400 where the text is not JSON */
export function parseJson(what: BodyName, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notJson(what);
  }
}

function notJson(what: BodyName): Problem {
  return badRequest(what, [{ path: '', message: 'the body is not JSON in UTF-8' }]);
}
