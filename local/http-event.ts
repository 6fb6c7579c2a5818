import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RouteDescription } from './app-description.ts';
import type { RequestEvent } from './authorization.ts';
import { ACCOUNT_ID, API_ID } from './references.ts';

export interface RouteMatch {
  readonly route: RouteDescription;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Media types that API Gateway hands over as text; all others come in base64. */
const TEXT_TYPE = /^(text\/.*|application\/(json|xml|javascript)|application\/.*\+(json|xml))$/;

/** The event of payload format 2.0 that API Gateway would make of a request, before its authorizer and its body. */
export function requestEvent(
  request: IncomingMessage,
  url: URL,
  { route, pathParameters }: RouteMatch,
  nowMs: number,
): RequestEvent {
  const headers = lowerCaseHeaders(request);
  const query = joinedQuery(url.searchParams);
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(request.headers.cookie !== undefined && { cookies: request.headers.cookie.split('; ') }),
    headers,
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    requestContext: {
      accountId: ACCOUNT_ID,
      apiId: API_ID,
      domainName: headers.host ?? 'localhost',
      domainPrefix: API_ID,
      http: {
        method: request.method ?? 'GET',
        path: url.pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.routeKey,
      stage: '$default',
      time: gatewayTime(new Date(nowMs)),
      timeEpoch: nowMs,
    },
  };
}

/** The whole event, as the function behind the route gets it. */
export function integrationEvent(
  event: RequestEvent,
  authorizer: object | undefined,
  body: Buffer,
): Record<string, unknown> {
  const isBase64Encoded = !isText(event.headers['content-type'], body);
  return {
    ...event,
    requestContext: { ...event.requestContext, ...(authorizer !== undefined && { authorizer }) },
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded: body.length > 0 && isBase64Encoded,
  };
}

function lowerCaseHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, values = []] of Object.entries(request.headersDistinct)) {
    if (name !== 'cookie') headers[name] = values.join(',');
  }
  return headers;
}

/** A name that comes more than once has its values joined by commas. */
function joinedQuery(parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(',')]),
  );
}

function isText(contentType: string | undefined, body: Buffer): boolean {
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase();
  return (mediaType === undefined || TEXT_TYPE.test(mediaType)) && isUtf8(body);
}

/** `21/Nov/2026:05:01:31 +0000` */
function gatewayTime(date: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
