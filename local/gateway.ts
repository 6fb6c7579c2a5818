import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RouteDescription } from './app-description.ts';
import { Authorization } from './authorization.ts';
import { answerHeaders, type CorsSettings, preflightHeaders } from './cors.ts';
import type { InvocationResult } from './execution-environment.ts';
import { readBody } from './http-body.ts';
import { integrationEvent, type RouteMatch, requestEvent } from './http-event.ts';
import { type Throttle, TokenBucket } from './token-bucket.ts';

/** API Gateway's limit on a request's body. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

export interface GatewaySettings {
  readonly routes: readonly RouteDescription[];
  readonly invoke: (functionArn: string, event: unknown) => Promise<InvocationResult>;

  /** Requests past it are answered 429; undefined: as many as come. */
  readonly throttle: Throttle | undefined;

  /** Lets pages of other origins call the API; undefined: the functions set such headers, if any. */
  readonly cors: CorsSettings | undefined;

  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The HTTP API: finds the route, asks its authorizer, and turns the function's answer into a response. */
export class Gateway {
  readonly #settings: GatewaySettings;
  readonly #patterns: readonly RoutePattern[];
  readonly #authorization: Authorization;
  readonly #bucket: TokenBucket | undefined;

  constructor(settings: GatewaySettings) {
    this.#settings = settings;
    this.#patterns = settings.routes.map(routePattern).sort((a, b) => b.specificity - a.specificity);
    this.#authorization = new Authorization(settings.invoke);
    this.#bucket = settings.throttle && new TokenBucket(settings.throttle, settings.now());
  }

  async handle(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { cors } = this.#settings;
    const match = this.#match(request.method ?? '', url.pathname);
    if (cors !== undefined) {
      // A route for OPTIONS comes first, also one for any method, as on AWS.
      if (match === undefined && request.method === 'OPTIONS')
        return answerPreflight(request, response, cors);
      // Set for the gateway's own answers, too: a page has to learn that its key was refused.
      response.setHeaders(new Map(Object.entries(answerHeaders(cors, request.headers.origin))));
    }
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body === undefined) return sendMessage(response, 413, 'Request Entity Too Large');
    if (match === 'malformed') return sendMessage(response, 400, 'Bad Request');
    if (match === undefined) return sendMessage(response, 404, 'Not Found');

    const { invoke, now } = this.#settings;
    if (this.#bucket?.take(now()) === false) return sendMessage(response, 429, 'Too Many Requests');

    const event = requestEvent(request, url, match, now());
    const authorized = await this.#authorization.of(event, match.route.authorizer, now());
    if ('refusal' in authorized) {
      return sendMessage(response, authorized.refusal.status, authorized.refusal.message);
    }
    const { functionArn } = match.route;
    const result = await invoke(functionArn, integrationEvent(event, authorized.authorizer, body));
    // The caller learns nothing of a function's error, as on AWS; the terminal tells it.
    if (!result.ok) return sendMessage(response, 500, 'Internal Server Error');
    sendAnswer(response, result.payload, cors !== undefined);
  }

  #match(method: string, path: string): RouteMatch | 'malformed' | undefined {
    for (const { route, methods, pattern } of this.#patterns) {
      const found = methods === 'ANY' || methods === method ? pattern.exec(path) : null;
      if (found === null) continue;
      try {
        const parameters = Object.entries(found.groups ?? {});
        return {
          route,
          pathParameters: Object.fromEntries(
            parameters.map(([name, value]) => [name, decodeURIComponent(value)]),
          ),
        };
      } catch {
        return 'malformed';
      }
    }
    return undefined;
  }
}

interface RoutePattern {
  readonly route: RouteDescription;
  readonly methods: string;
  readonly pattern: RegExp;
  /** Of two routes that match, the one with the greater figure is taken. */
  readonly specificity: number;
}

function routePattern(route: RouteDescription): RoutePattern {
  if (route.routeKey === '$default') return { route, methods: 'ANY', pattern: /^/, specificity: -1 };
  const [methods = '', path = ''] = route.routeKey.split(' ');
  const segments = path.split('/').map((segment) => {
    const [, name, greedy] = /^\{(\w+)(\+?)\}$/.exec(segment) ?? [];
    if (name === undefined) return { text: segment.replace(/[^\w]/g, '\\$&'), weight: 4 };
    return greedy === '+' ? { text: `(?<${name}>.+)`, weight: 1 } : { text: `(?<${name}>[^/]+)`, weight: 2 };
  });
  const weights = segments.reduce((sum, { weight }) => sum + weight, 0);
  return {
    route,
    methods,
    pattern: new RegExp(`^${segments.map(({ text }) => text).join('/')}$`),
    specificity: weights * 2 + (methods === 'ANY' ? 0 : 1),
  };
}

function answerPreflight(request: IncomingMessage, response: ServerResponse, cors: CorsSettings): void {
  const { origin, 'access-control-request-method': method } = request.headers;
  response.writeHead(204, preflightHeaders(cors, origin, method)).end();
}

/**
 * Payload format 2.0: an object with a `statusCode` is a response; anything else is the body of a 200.
 *
 * @param hasCors whether the API has CORS settings: then the function's own CORS headers are dropped, as on AWS
 */
function sendAnswer(response: ServerResponse, payload: unknown, hasCors: boolean): void {
  const answer = payload as {
    statusCode?: unknown;
    headers?: Record<string, string | number | boolean>;
    cookies?: string[];
    body?: string;
    isBase64Encoded?: boolean;
  } | null;
  if (typeof answer !== 'object' || answer === null || answer.statusCode === undefined) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(payload));
    return;
  }
  const headers = Object.entries(answer.headers ?? {})
    .map(([name, value]) => [name.toLowerCase(), String(value)] as const)
    .filter(([name]) => !(hasCors && name.startsWith('access-control-')))
    .map(([name, value]) => [name, name === 'vary' ? varyingBy(response, value) : value]);
  const body = Buffer.from(answer.body ?? '', answer.isBase64Encoded === true ? 'base64' : 'utf8');
  try {
    response.writeHead(Number(answer.statusCode), {
      'content-type': 'text/plain; charset=utf-8',
      ...(body.length > 0 && { 'content-length': body.length }),
      ...Object.fromEntries(headers),
      ...(answer.cookies !== undefined && { 'set-cookie': answer.cookies }),
    });
    response.end(body);
  } catch {
    // No such status, or a header that HTTP does not allow.
    sendMessage(response, 500, 'Internal Server Error');
  }
}

/** What the answer varies by already, and what the function adds. */
function varyingBy(response: ServerResponse, value: string): string {
  const set = response.getHeader('vary');
  return set === undefined ? value : `${String(set)}, ${value}`;
}

/** API Gateway's own answers. */
function sendMessage(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
}
