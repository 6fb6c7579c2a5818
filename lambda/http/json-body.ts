import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { MAX_JSON_DEPTH } from '../contract/limits.ts';
import { jsonDepth } from '../json-depth.ts';
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

/**
 * So many issues are told of one body, and how many there are beyond: a body can hold a hundred thousand, and Lambda
 * hands on answers of up to 6 MB.
 */
const MOST_ISSUES = 20;

/** 400 with the issues that were found, up to 20 of them. */
export function badRequest(what: BodyName, found: readonly Issue[]): Problem {
  const issues = firstOf(found);
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

function firstOf(issues: readonly Issue[]): readonly Issue[] {
  if (issues.length <= MOST_ISSUES) return issues;
  const more = { path: '', message: `and ${issues.length - MOST_ISSUES} more` };
  return [...issues.slice(0, MOST_ISSUES), more];
}

/** @throws Problem 400 where the text is not JSON, or nests deeper than `MAX_JSON_DEPTH` */
export function parseJson(what: BodyName, text: string): unknown {
  const depth = jsonDepth(text);
  if (depth > MAX_JSON_DEPTH) {
    const message = `the body nests ${depth} levels deep; at most ${MAX_JSON_DEPTH} are taken. Send it flatter, or as text.`;
    throw badRequest(what, [{ path: '', message }]);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw notJson(what);
  }
}

function notJson(what: BodyName): Problem {
  return badRequest(what, [{ path: '', message: 'the body is not JSON in UTF-8' }]);
}
