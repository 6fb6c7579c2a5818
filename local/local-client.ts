import { jwtIdentity } from '../lambda/http/client.ts';
import type { AuthorizerDescription } from './app-description.ts';
import { ACCOUNT_ID } from './references.ts';

/** The user that signs every request of a stack with IAM, in place of whoever would have signed it on AWS. */
const LOCAL_CLIENT_ARN = `arn:aws:iam::${ACCOUNT_ID}:user/local`;

/** The subject of the token that every request to a stack with JWT carries. */
const LOCAL_SUBJECT = 'local';

const LOCAL_USER = {
  accessKey: 'local',
  accountId: ACCOUNT_ID,
  callerId: 'local',
  cognitoIdentity: null,
  principalOrgId: null,
  userArn: LOCAL_CLIENT_ARN,
  userId: 'local',
} as const;

/** What an authorizer leaves in the event that has nothing to check here: its one local client. */
export function localIdentity(
  authorizer: Exclude<AuthorizerDescription, { type: 'function' }>,
): object | undefined {
  switch (authorizer.type) {
    case 'none':
      return undefined;
    case 'iam':
      return { iam: LOCAL_USER };
    case 'jwt':
      return { jwt: { claims: { iss: authorizer.issuer, sub: LOCAL_SUBJECT }, scopes: null } };
  }
}

/** The one client that such an authorizer knows, as the functions call it; undefined where keys tell clients apart. */
export function localClient(authorizer: AuthorizerDescription | undefined): string | undefined {
  if (authorizer?.type === 'iam') return LOCAL_CLIENT_ARN;
  return authorizer?.type === 'jwt' ? jwtIdentity(authorizer.issuer, LOCAL_SUBJECT) : undefined;
}
