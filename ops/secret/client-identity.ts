import { clientOf } from '../../lambda/http/client.ts';

/**
 * A client under the name that its signing secret is derived for, which is the one that the API knows it by:
 * for a role, the ARN of its sessions without the session's name.
 *
 * @param given that ARN; a role's or user's own ARN; `role/NAME` or `user/NAME`, of the stack's account; or the
 *   name of a client that does not sign with IAM
 * @param masterSecretArn tells the stack's account
 */
export function clientIdentity(given: string, masterSecretArn: string): string {
  const [, partition = 'aws', , , account = ''] = masterSecretArn.split(':');
  const ofThisAccount = /^(role|user)\/./.test(given) ? `arn:${partition}:iam::${account}:${given}` : given;
  // IAM shows a role with its path, which its sessions' ARN has not.
  const asSession = ofThisAccount.replace(
    /^arn:([^:]+):iam::(\d*):role\/(?:.*\/)?([^/]+)$/,
    'arn:$1:sts::$2:assumed-role/$3',
  );
  return clientOf({ requestContext: { authorizer: { iam: { userArn: asSession } } } });
}
