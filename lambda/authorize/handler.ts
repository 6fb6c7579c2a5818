import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from 'aws-lambda';
import { ENVIRONMENT } from '../contract/variables.ts';
import type { ApiKeyContext } from '../http/client.ts';
import { apiKeysIn } from '../ledger/api-keys.ts';
import { dynamoClient } from '../ledger/dynamo-ledger.ts';
import { logger } from '../log.ts';
import { asError, LoggableError } from '../loggable-error.ts';
import { settingsFrom } from '../settings.ts';
import { authorize } from './authorize.ts';

const readApiKey = apiKeysIn(
  dynamoClient(),
  settingsFrom<'authorize'>(process.env).text(ENVIRONMENT.ledgerTable),
);

type Answer = APIGatewaySimpleAuthorizerWithContextResult<ApiKeyContext | Record<string, never>>;

/**
 * Tells API Gateway whose key a request carries. What is thrown here is answered 500: never let through.
 *
 * The identity source, not the header, is what is looked at: it is what API Gateway caches the answer under, so
 * nothing else of the request may count.
 */
export async function handler({ identitySource }: APIGatewayRequestAuthorizerEventV2): Promise<Answer> {
  const verdict = await authorize(identitySource?.[0], readApiKey, Date.now()).catch((error: unknown) => {
    // What is thrown on is logged by Lambda itself, as it is: so not what the SDK threw, which may quote the table.
    logger.error('the key could not be read', { error: asError(error) });
    throw new LoggableError('the key could not be read');
  });
  if (verdict.allowed) return { isAuthorized: true, context: { client: verdict.client } };
  logger.info('refused', { because: verdict.because, key_id: verdict.keyId });
  return { isAuthorized: false, context: {} };
}
