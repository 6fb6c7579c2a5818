import type { AuthorizerDescription } from './app-description.ts';
import type { InvocationResult } from './execution-environment.ts';
import { localIdentity } from './local-client.ts';
import { API_ID, arn } from './references.ts';

/** What an authorizer has come to: what the function behind the route finds of it, or API Gateway's own answer. */
export type Authorized =
  | { readonly authorizer: object | undefined }
  | { readonly refusal: { readonly status: 401 | 403 | 500; readonly message: string } };

/** A request as authorizers get it: payload format 2.0 without its body. */
export type RequestEvent = Readonly<Record<string, unknown>> & {
  readonly routeKey: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestContext: object;
};

interface Remembered {
  readonly authorized: Authorized;
  readonly untilMs: number;
}

type FunctionAuthorizer = Extract<AuthorizerDescription, { type: 'function' }>;

/** More answers than this are not remembered: the oldest goes. */
const MAX_REMEMBERED = 1_000;

const UNAUTHORIZED = { refusal: { status: 401, message: 'Unauthorized' } } as const;
const FORBIDDEN = { refusal: { status: 403, message: 'Forbidden' } } as const;
const FAILED = { refusal: { status: 500, message: 'Internal Server Error' } } as const;

/**
 * Asks authorizers as API Gateway does, and remembers what a function has answered for as long as its authorizer
 * says, be it yes or no. What IAM and JWT authorizers check cannot be checked here: every request is the one local
 * client's.
 */
export class Authorization {
  readonly #invoke: (functionArn: string, event: unknown) => Promise<InvocationResult>;
  readonly #remembered = new Map<string, Remembered>();

  constructor(invoke: (functionArn: string, event: unknown) => Promise<InvocationResult>) {
    this.#invoke = invoke;
  }

  async of(event: RequestEvent, authorizer: AuthorizerDescription, nowMs: number): Promise<Authorized> {
    if (authorizer.type !== 'function') return { authorizer: localIdentity(authorizer) };
    const identity = event.headers[authorizer.identityHeader] ?? '';
    if (identity === '') return UNAUTHORIZED;

    const key = `${authorizer.functionArn} ${identity}`;
    const remembered = this.#remembered.get(key);
    if (remembered !== undefined && remembered.untilMs > nowMs) return remembered.authorized;
    this.#remembered.delete(key);
    const authorized = await this.#ask(event, authorizer, identity);
    if (authorized !== FAILED)
      this.#remember(key, authorized, nowMs + authorizer.rememberedForSeconds * 1_000);
    return authorized;
  }

  async #ask(
    event: RequestEvent,
    { functionArn }: FunctionAuthorizer,
    identity: string,
  ): Promise<Authorized> {
    const [method = '', path = ''] = event.routeKey.split(' ');
    const result = await this.#invoke(functionArn, {
      ...event,
      type: 'REQUEST',
      routeArn: arn('execute-api', `${API_ID}/$default/${method}${path}`),
      identitySource: [identity],
    });
    if (!result.ok) return FAILED;
    const { isAuthorized, context } = (result.payload ?? {}) as { isAuthorized?: unknown; context?: object };
    if (isAuthorized === true) return { authorizer: { lambda: context ?? {} } };
    return isAuthorized === false ? FORBIDDEN : FAILED;
  }

  #remember(key: string, authorized: Authorized, untilMs: number): void {
    this.#remembered.set(key, { authorized, untilMs });
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > MAX_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
  }
}
