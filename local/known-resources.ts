/** Which of the template's resources play which part in the pipeline: told by the functions' own variables. */
import { clientSecret, liveMasters, parseMasterSecret } from '../lambda/callback/signing-secret.ts';
import { ENVIRONMENT, type EnvironmentVariable } from '../lambda/environment.ts';
import type { LocalEndpoints } from './endpoints-file.ts';
import type { EngineEndpoints, Engines } from './engines.ts';
import { LOCAL_CLIENT_ARN } from './http-event.ts';
import { type Recovered, recover } from './recovery.ts';
import type { SecretsEngine } from './secrets-engine.ts';
import type { StackDescription } from './stack-description.ts';

/** A resource's name, URL or ARN, as the template tells it to its functions. */
function known(description: StackDescription, variable: EnvironmentVariable): string | undefined {
  for (const { environment } of description.functions) {
    const value = environment[variable];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Puts what an earlier process left unfinished back into the queues; nothing, for a template without a ledger. */
export async function recoverPipeline({ description, sqs, dynamodb }: Engines): Promise<Recovered> {
  const table = known(description, ENVIRONMENT.ledgerTable);
  if (table === undefined) return { tasks: 0, callbacks: 0, deadLetters: 0 };
  const queueUrls = knownQueueUrls(description);
  return await recover({
    client: dynamodb.client,
    table,
    timeToLiveAttribute: description.tables.find(({ name }) => name === table)?.timeToLiveAttribute,
    nowMs: Date.now(),
    send: async (queue, messages) => {
      const url = queueUrls[queue];
      if (url === undefined) throw new Error(`no function of the template knows the ${queue} queue`);
      await sqs.send(url, messages);
    },
  });
}

function knownQueueUrls(description: StackDescription) {
  return {
    tasks: known(description, ENVIRONMENT.tasksQueueUrl),
    callbacks: known(description, ENVIRONMENT.callbacksQueueUrl),
    'dead-letters': known(description, ENVIRONMENT.deadLetterQueueUrl),
  };
}

/** What other programs need to know to work on a stack that runs. */
export function reachableAt(
  url: string,
  endpoints: EngineEndpoints,
  description: StackDescription,
): LocalEndpoints {
  return {
    apiUrl: url,
    engines: endpoints,
    ledgerTable: known(description, ENVIRONMENT.ledgerTable),
    queueUrls: knownQueueUrls(description),
    masterSecretArn: known(description, ENVIRONMENT.masterSecretArn),
    settings: {
      deliveryDeadlineSeconds: known(description, ENVIRONMENT.deliveryDeadlineSeconds),
      retentionSeconds: known(description, ENVIRONMENT.retentionSeconds),
    },
    client: LOCAL_CLIENT_ARN,
  };
}

/** What callbacks to the local client are signed with now. */
export function localSigningSecrets(description: StackDescription, secrets: SecretsEngine): string[] {
  const arn = known(description, ENVIRONMENT.masterSecretArn);
  const master = arn === undefined ? undefined : secrets.value(arn);
  if (master === undefined) return [];
  return liveMasters(parseMasterSecret(master), Date.now()).map((text) =>
    clientSecret(text, LOCAL_CLIENT_ARN),
  );
}
