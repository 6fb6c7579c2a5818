import { clientSecret, liveMasters, parseMasterSecret } from '../lambda/callback/signing-secret.ts';
import type { EnvironmentVariable } from '../lambda/contract/settings.ts';
import { dynamoLedger } from '../lambda/ledger/dynamo-ledger.ts';
import type { AppDescription, PipelineDescription } from './app-description.ts';
import type { PipelineEndpoints } from './endpoints-file.ts';
import type { Engines } from './engines.ts';
import { localClient } from './local-client.ts';
import { type Recovered, recover } from './recovery.ts';

/** The value of a setting, as the template gives it to functions. */
function known({ functions }: PipelineDescription, variable: EnvironmentVariable): string | undefined {
  for (const { environment } of functions) {
    const value = environment[variable];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Puts what an earlier process left unfinished back into the queues. */
export async function recoverPipeline({ description, sqs, dynamodb }: Engines): Promise<Recovered> {
  const { ledgerTable, queueUrls } = onlyPipeline(description);
  return await recover({
    client: dynamodb.client,
    table: ledgerTable,
    timeToLiveAttribute: description.tables.find(({ name }) => name === ledgerTable)?.timeToLiveAttribute,
    nowMs: Date.now(),
    send: async (queue, messages) => {
      await sqs.send(queueUrls[queue], messages);
    },
  });
}

/** The local stack runs one pipeline. */
export function onlyPipeline({ pipelines }: AppDescription): PipelineDescription {
  const [pipeline, ...more] = pipelines;
  if (pipeline === undefined || more.length > 0) {
    throw new Error(`the local stack runs one pipeline, not ${pipelines.length}`);
  }
  return pipeline;
}

/** Returns what other programs need to know to work on a pipeline that runs. */
export function reachableAt(url: string, pipeline: PipelineDescription): PipelineEndpoints {
  return {
    name: pipeline.name,
    id: pipeline.id,
    apiUrl: url,
    ledgerTable: pipeline.ledgerTable,
    queueUrls: pipeline.queueUrls,
    masterSecretArn: pipeline.masterSecretArn,
    settings: {
      deliveryDeadlineSeconds: known(pipeline, 'DELIVERY_DEADLINE_SECONDS'),
      retentionSeconds: known(pipeline, 'RETENTION_SECONDS'),
      auth: known(pipeline, 'AUTH'),
    },
    client: onlyClient(pipeline),
  };
}

/** The one client that the API has, where it has one only. */
function onlyClient({ routes }: PipelineDescription): string | undefined {
  return localClient(routes[0]?.authorizer);
}

const TASK_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the callback of a task is signed with now, by the client whose task it is; nothing where there is no such task. */
export async function signingSecretsOf(taskId: string, engines: Engines): Promise<string[]> {
  const { description, secrets } = engines;
  const pipeline = onlyPipeline(description);
  const master = secrets.value(pipeline.masterSecretArn);
  const client = onlyClient(pipeline) ?? (await clientOfTask(taskId, engines));
  if (master === undefined || client === undefined) return [];
  return liveMasters(parseMasterSecret(master), Date.now()).map((text) => clientSecret(text, client));
}

async function clientOfTask(taskId: string, { description, dynamodb }: Engines): Promise<string | undefined> {
  if (!TASK_ID.test(taskId)) return undefined;
  const { ledgerTable } = onlyPipeline(description);
  return (await dynamoLedger(dynamodb.client, ledgerTable).read(taskId))?.client;
}
