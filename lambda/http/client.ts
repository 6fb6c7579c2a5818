import type { AuthKind } from '../contract/auth.ts';
import { Problem } from './problem.ts';

/** What the authorizer of API keys says of a request. */
export interface ApiKeyContext {
  /** The name that the key was made for. */
  readonly client: string;
}

/** What an authorizer leaves in the event of a request. API Gateway writes it; no client can. */
export interface AuthorizedEvent {
  readonly requestContext: {
    readonly authorizer?: {
      readonly iam?: {
        readonly userArn?: string | null;
        /** Set where the credentials come of a Cognito identity pool. */
        readonly cognitoIdentity?: { readonly identityId?: unknown } | null;
        readonly [field: string]: unknown;
      } | null;
      readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> | null } | null;
      readonly lambda?: { readonly client?: unknown } | null;
    } | null;
  };
}

type Authorizer = NonNullable<AuthorizedEvent['requestContext']['authorizer']>;

/** The longest identity, in bytes: with what stands before it, it is `info` of Node's HKDF, which takes 1,024. */
const MAX_IDENTITY_BYTES = 900;

/**
 * Who sent a request, from what the deployment's authorizer says and nothing else: no header, no body, no query.
 *
 * - `iam`: the ARN of the user or the role, without the session's name, which changes with every sign-in. So a role is
 *   one client, whoever assumes it. Only those who do so by a Cognito identity pool, where all of its users share one
 *   role and one session name, are told apart: `<role>#<identityId>`; no role's name has a `#`
 * - `jwt`: `jwt:<iss>#<sub>`
 * - `api-key`: `api-key:<client>`, the name that the key was made for
 *
 * The three can never be the same text, so a deployment that changes its kind mixes up no clients.
 *
 * @param kind the one that the deployment uses; what another kind would say is not looked at
 * @throws Problem 401 where that authorizer has not spoken, or names nobody
 */
export function clientOf(event: AuthorizedEvent, kind: AuthKind): string {
  const client = IDENTITIES[kind](event.requestContext.authorizer ?? {});
  // A lone surrogate is the same replacement character as any other, once it is written in UTF-8.
  const usable = client?.isWellFormed() === true && Buffer.byteLength(client) <= MAX_IDENTITY_BYTES;
  if (client !== undefined && usable) return client;
  throw new Problem({
    status: 401,
    title: 'Unauthorized',
    detail: `The request carries no identity${client === undefined ? '' : ` that can be used: it is longer than ${MAX_IDENTITY_BYTES} bytes, or no Unicode text`}. ${ADVICE[kind]}`,
  });
}

const ADVICE: Readonly<Record<AuthKind, string>> = {
  iam: 'Sign it with AWS Signature Version 4.',
  jwt: 'Send a token of the issuer that has a sub claim, as Authorization: Bearer.',
  'api-key': 'Send your key as Authorization: Bearer cck_…',
};

const IDENTITIES: Readonly<Record<AuthKind, (authorizer: Authorizer) => string | undefined>> = {
  iam({ iam }) {
    const arn = text(iam?.userArn)?.replace(/^(arn:[^:]+:sts::\d*:assumed-role\/[^/]+)\/.*$/, '$1');
    const identityId = text(iam?.cognitoIdentity?.identityId);
    return arn === undefined || identityId === undefined ? arn : `${arn}#${identityId}`;
  },

  jwt({ jwt }) {
    const [issuer, subject] = [text(jwt?.claims?.iss), text(jwt?.claims?.sub)];
    return issuer === undefined || subject === undefined ? undefined : jwtIdentity(issuer, subject);
  },

  'api-key'({ lambda }) {
    const name = text(lambda?.client);
    return name === undefined ? undefined : apiKeyIdentity(name);
  },
};

/** A client by its token: a subject is told apart only by its own issuer (RFC 7519, 4.1.2). */
export function jwtIdentity(issuer: string, subject: string): string {
  return `jwt:${issuer}#${subject}`;
}

/** A client by the name that its keys were made for. */
export function apiKeyIdentity(name: string): string {
  return `api-key:${name}`;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
