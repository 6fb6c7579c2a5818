import { apiKeyIdentity, clientOf } from '../../lambda/http/client.ts';
import { UsageError } from '../../local/options.ts';
import { CLIENT_NAME } from '../keys/names.ts';

/**
 * A client under the name that its signing secret is derived for, which is the one that the API knows it by:
 * for a role, the ARN of its sessions without the session's name.
 *
 * @param given that name; for IAM a role's or user's own ARN, or `role/NAME` or `user/NAME` of the stack's account;
 *   for API keys the name that they were made for
 * @param masterSecretArn tells the stack's account
 * @throws UsageError for what can be nobody's name: a secret that no callback is signed with would help nobody
 */
export function clientIdentity(given: string, masterSecretArn: string): string {
  if (/^jwt:.+#./.test(given)) return given;
  const keyName = given.replace(/^api-key:/, '');
  if (CLIENT_NAME.test(keyName)) return apiKeyIdentity(keyName);

  const [, partition = 'aws', , , account = ''] = masterSecretArn.split(':');
  const ofThisAccount = /^(role|user)\/./.test(given) ? `arn:${partition}:iam::${account}:${given}` : given;
  // IAM shows a role with its path, which its sessions' ARN has not.
  const asSession = ofThisAccount.replace(
    /^arn:([^:]+):iam::(\d*):role\/(?:.*\/)?([^/]+)$/,
    'arn:$1:sts::$2:assumed-role/$3',
  );
  if (!asSession.startsWith('arn:')) {
    throw new UsageError(
      `--client is ${given}, which is no client. Give an ARN, role/NAME or user/NAME for IAM, the name that a key was made for, or jwt:ISSUER#SUBJECT. Example: --client role/billing`,
    );
  }
  return clientOf({ requestContext: { authorizer: { iam: { userArn: asSession } } } }, 'iam');
}
