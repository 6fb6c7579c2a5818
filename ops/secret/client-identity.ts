import { AUTH_KINDS, type AuthKind } from '../../lambda/contract/auth.ts';
import { apiKeyIdentity, clientOf } from '../../lambda/http/client.ts';
import { UsageError } from '../../local/user-error.ts';
import { CLIENT_NAME } from '../keys/names.ts';

/** A client, and how clients of its kind are authenticated. */
export interface NamedClient {
  /** The name that its signing secret is derived for, which is the one that the API knows it by. */
  readonly identity: string;
  readonly kind: AuthKind;
  /** Whether it was given in full, with what tells its kind: `arn:`, `api-key:` or `jwt:`. */
  readonly inFull: boolean;
}

/** What `--client` may be, by kind. */
export const CLIENT_FORMS: Readonly<Record<AuthKind, string>> = {
  iam: 'an ARN, role/NAME or user/NAME',
  jwt: 'jwt:ISSUER#SUBJECT',
  'api-key': 'the name that a key was made for',
};

const EXAMPLES: Readonly<Record<AuthKind, string>> = {
  iam: 'role/billing',
  jwt: 'jwt:https://login.example.com#alice',
  'api-key': 'billing',
};

/** Whose ARN IAM shows as that of who signed a request: a user, the account itself, or a session of STS. */
const IDENTITY_ARN =
  /^arn:aws(-[a-z]+)*:(iam::\d{12}:(root|user\/([!-~]*\/)?[\w+=,.@-]{1,64})|sts::\d{12}:(assumed-role\/[\w+=,.@-]{1,64}(\/[\w+=,.@-]+)?|federated-user\/[\w+=,.@-]+))$/;

/** `eu-west-1:` and a UUID. */
const COGNITO_IDENTITY = /^[\w-]+:[0-9a-f-]+$/;

/**
 * Reads who is meant: for a role, the ARN of its sessions without the session's name.
 *
 * @param given the client's name as the API knows it; for IAM also a role's own ARN, or `role/NAME` or `user/NAME` of
 *   the stack's account, each with `#<identityId>` for one user of a Cognito identity pool; for API keys the name that
 *   they were made for, with `api-key:` or without
 * @param masterSecretArn tells the stack's account
 * @throws UsageError for what can be nobody's name: a secret that no callback is signed with would help nobody
 */
export function namedClient(given: string, masterSecretArn: string): NamedClient {
  if (/^jwt:.+#./.test(given)) return { identity: given, kind: 'jwt', inFull: true };
  const keyName = given.replace(/^api-key:/, '');
  if (CLIENT_NAME.test(keyName)) {
    return { identity: apiKeyIdentity(keyName), kind: 'api-key', inFull: keyName !== given };
  }

  const [, partition = 'aws', , , account = ''] = masterSecretArn.split(':');
  const [name = '', identityId] = given.split(/#(.*)/s);
  const ofThisAccount = /^(role|user)\/./.test(name) ? `arn:${partition}:iam::${account}:${name}` : name;
  // IAM shows a role with its path, which its sessions' ARN has not.
  const userArn = ofThisAccount.replace(
    /^arn:([^:]+):iam::(\d*):role\/(?:.*\/)?([^/]+)$/,
    'arn:$1:sts::$2:assumed-role/$3',
  );
  const isRight = identityId === undefined || COGNITO_IDENTITY.test(identityId);
  if (!isRight || !IDENTITY_ARN.test(userArn)) {
    throw new UsageError(
      `--client is ${given}, which is no client. Give ${CLIENT_FORMS.iam} for IAM, ${CLIENT_FORMS['api-key']}, or ${CLIENT_FORMS.jwt}. Example: --client ${EXAMPLES.iam}`,
    );
  }
  const iam = { userArn, cognitoIdentity: { identityId } };
  const identity = clientOf({ requestContext: { authorizer: { iam } } }, 'iam');
  return { identity, kind: 'iam', inFull: given.startsWith('arn:') };
}

/**
 * Whether the stack signs for that client: with another `auth` it knows nobody of that name.
 *
 * @param auth the stack's, as its output tells it
 * @param stack its name, for people
 * @returns a note, where the client is of another kind but was given in full: as when a change of `auth` is prepared
 * @throws UsageError where it is of another kind, and may have been meant otherwise
 */
export function noteOnKind(
  { identity, kind, inFull }: NamedClient,
  auth: string,
  stack: string,
): string | undefined {
  if (kind === auth) return undefined;
  if (inFull) {
    return `Note: ${stack} runs with auth=${auth}; it signs nothing with this secret until it runs with auth=${kind}.`;
  }
  const known = AUTH_KINDS.find((each) => each === auth);
  const allowed =
    known === undefined ? '' : ` Give ${CLIENT_FORMS[known]}. Example: --client ${EXAMPLES[known]}.`;
  throw new UsageError(
    `--client is a client of auth=${kind}, ${identity}, but ${stack} runs with auth=${auth}.${allowed} If auth is to change to ${kind}, give the client in full: --client ${identity}`,
  );
}
