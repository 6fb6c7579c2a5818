/** Which of the template's resources play which part in the pipeline: told by the functions' own variables. */
import { clientSecret, liveMasters, parseMasterSecret } from '../lambda/callback/signing-secret.ts';
import type { EnvironmentVariable } from '../lambda/contract/settings.ts';
import { ENVIRONMENT } from '../lambda/contract/variables.ts';
import { dynamoLedger } from '../lambda/ledger/dynamo-ledger.ts';
import type { StackDescription } from './app-description.ts';
import type { PipelineEndpoints } from './endpoints-file.ts';
import type { Engines } from './engines.ts';
import { localClient } from './local-client.ts';
import { type Recovered, recover } from './recovery.ts';

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
  if (table === undefined) return { tasks: 0, callbacks: 0, deadLetters: 0, unknown: {} };
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

/** Returns what other programs need to know to work on a pipeline that runs. */
export function reachableAt(url: string, description: StackDescription): PipelineEndpoints {
  // The namespace of a pipeline's metrics is its name.
  const name = known(description, ENVIRONMENT.metricsNamespace) ?? 'Pipeline';
  return {
    name,
    id: name.slice(name.lastIndexOf('/') + 1),
    apiUrl: url,
    ledgerTable: known(description, ENVIRONMENT.ledgerTable),
    queueUrls: knownQueueUrls(description),
    masterSecretArn: known(description, ENVIRONMENT.masterSecretArn),
    settings: {
      deliveryDeadlineSeconds: known(description, 'DELIVERY_DEADLINE_SECONDS'),
      retentionSeconds: known(description, 'RETENTION_SECONDS'),
      auth: known(description, 'AUTH'),
    },
    client: onlyClient(description),
  };
}

/** The one client that the API has, where it has one only. */
function onlyClient({ routes }: StackDescription): string | undefined {
  return localClient(routes[0]?.authorizer);
}

const TASK_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the callback of a task is signed with now, by the client whose task it is; nothing where there is no such task. */
export async function signingSecretsOf(taskId: string, engines: Engines): Promise<string[]> {
  const { description, secrets } = engines;
  const arn = known(description, ENVIRONMENT.masterSecretArn);
  const master = arn === undefined ? undefined : secrets.value(arn);
  const client = onlyClient(description) ?? (await clientOfTask(taskId, engines));
  if (master === undefined || client === undefined) return [];
  return liveMasters(parseMasterSecret(master), Date.now()).map((text) => clientSecret(text, client));
}

async function clientOfTask(taskId: string, { description, dynamodb }: Engines): Promise<string | undefined> {
  const table = known(description, ENVIRONMENT.ledgerTable);
  if (table === undefined || !TASK_ID.test(taskId)) return undefined;
  return (await dynamoLedger(dynamodb.client, table).read(taskId))?.client;
}
