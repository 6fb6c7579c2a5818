import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { AUTH_KINDS } from '../lambda/contract/auth.ts';
import { type LocalEndpoints, type PipelineEndpoints, readEndpoints } from '../local/endpoints-file.ts';
import { LOCAL_CREDENTIALS, REGION } from '../local/references.ts';
import { UsageError } from '../local/user-error.ts';
import { commandLine } from '../package/command-name.ts';
import { choosePipeline } from './choose-pipeline.ts';
import { type DescribedPipeline, pipelinesIn } from './described-pipeline.ts';
import { Fault } from './fault.ts';
import { requestLimits } from './sdk-limits.ts';

/** What a command may ask of its pipeline. */
export type Output = Exclude<keyof DescribedPipeline, 'pipeline'>;

/** The pipeline that a command works on. */
export interface Target {
  /** For people: `the local stack in .local`, `the pipeline Shop/Callbacks`. */
  readonly name: string;
  readonly isLocal: boolean;
  /** The one client that exists; undefined if there may be several. */
  readonly onlyClient: string | undefined;
  /** @throws Fault if it is not known */
  output<T extends Output>(name: T): DescribedPipeline[T];
  secretsManager(): SecretsManagerClient;
  sqs(): SQSClient;
  dynamodb(): DynamoDBClient;
}

/**
 * A pipeline of the stack that runs on this machine with its state in that folder.
 *
 * @param pipeline its id or name; undefined: the only one
 * @throws Fault if no stack runs there
 * @throws UsageError if the pipeline is not there, or there are several and none is named
 */
export function localTarget(stateDirectory: string, pipeline?: string): Target {
  const endpoints = readEndpoints(stateDirectory);
  if (endpoints === undefined) {
    throw new Fault(
      `No local stack runs with its state in ${stateDirectory}. Start it with ${commandLine('start')}, name its folder with --state DIR, or name a stack on AWS with --stack NAME.`,
    );
  }
  const where = `the local stack in ${stateDirectory}`;
  const all = endpoints.pipelines.map((one) => ({ ...one, stackName: stackOf(one.name) }));
  if (all.length === 0) throw new Fault(`There is no pipeline in ${where}.`);
  const chosen = choosePipeline(all, pipeline, where);
  const target = reachedTarget(stateDirectory, endpoints.engines, chosen);
  return all.length === 1 ? { ...target, name: where } : target;
}

/** A pipeline that runs on this machine, if it is known how it is reached. */
export function reachedTarget(
  stateDirectory: string,
  engines: LocalEndpoints['engines'],
  pipeline: PipelineEndpoints,
): Target {
  const name = `the pipeline ${pipeline.name} of the local stack in ${stateDirectory}`;
  const outputs = localOutputs(pipeline);
  const at = (endpoint: string) => ({
    endpoint,
    region: REGION,
    credentials: LOCAL_CREDENTIALS,
    ...requestLimits,
  });
  return {
    name,
    isLocal: true,
    onlyClient: pipeline.client,
    output(output) {
      const value = outputs[output];
      if (value === undefined) throw new Fault(`The local stack in ${stateDirectory} has no ${output}.`);
      return value;
    },
    secretsManager: () => new SecretsManagerClient(at(engines.secretsManager)),
    sqs: () => new SQSClient(at(engines.sqs)),
    dynamodb: () => new DynamoDBClient(at(engines.dynamodb)),
  };
}

function localOutputs({ apiUrl, ledgerTable, queueUrls, masterSecretArn, settings }: PipelineEndpoints): {
  readonly [T in Output]: DescribedPipeline[T] | undefined;
} {
  const seconds = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  return {
    api_url: apiUrl,
    auth: AUTH_KINDS.find((kind) => kind === settings?.auth),
    callbacks_queue_url: queueUrls.callbacks,
    dead_letter_queue_url: queueUrls['dead-letters'],
    delivery_deadline_seconds: seconds(settings?.deliveryDeadlineSeconds),
    ledger_table: ledgerTable,
    master_secret_arn: masterSecretArn,
    metrics_namespace: undefined,
    retention_seconds: seconds(settings?.retentionSeconds),
    tasks_queue_url: queueUrls.tasks,
  };
}

/**
 * A pipeline of a stack on AWS, as the stack's outputs describe it, in the account and region that the environment gives.
 *
 * @param pipeline its id or name; undefined: the only one
 * @throws Fault if there is no such stack, or no pipeline in it
 * @throws UsageError if the pipeline is not there, or there are several and none is named
 */
export async function awsTarget(stackName: string, pipeline?: string): Promise<Target> {
  // Only now: the local stack is worked on without it.
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const { Stacks: [stack] = [] } = await new CloudFormationClient(requestLimits)
    .send(new DescribeStacksCommand({ StackName: stackName }))
    .catch((error: Error) => {
      // CloudFormation says so of a stack that is not there.
      if (error.name !== 'ValidationError') throw error;
      throw new Fault(
        `${error.message}. Is it in another region or account? AWS_REGION and AWS_PROFILE say which.`,
      );
    });
  const outputs = Object.fromEntries(
    (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue }) => [OutputKey, OutputValue]),
  );
  return describedTarget({ stackName, outputs, pipeline });
}

/** What `cdk deploy --outputs-file` writes: the outputs of each stack that was deployed. */
const outputsFileSchema = z.record(z.string(), z.record(z.string(), z.string()));

/**
 * A pipeline of a stack on AWS, as a file of its outputs describes it; CloudFormation is not asked.
 *
 * @param choice the stack need not be given if only one in the file has a pipeline, the pipeline if the stack has one
 * @throws UsageError if the file cannot be read, or it is not clear which of its stacks or pipelines is meant
 */
export function outputsTarget(
  file: string,
  {
    stack: stackName,
    pipeline,
  }: { readonly stack?: string | undefined; readonly pipeline?: string | undefined } = {},
): Target {
  const stacks = readOutputs(file);
  const names = Object.keys(stacks);
  const withPipeline = names.filter((name) => pipelinesIn(name, stacks[name] ?? {}).length > 0);
  const candidates = withPipeline.length > 0 ? withPipeline : names;
  const name = stackName ?? (candidates.length === 1 ? candidates[0] : undefined);
  if (name === undefined) {
    throw new UsageError(
      `${file} has the outputs of ${candidates.join(', ')}; choose one with --stack NAME.`,
    );
  }
  const outputs = Object.hasOwn(stacks, name) ? stacks[name] : undefined;
  if (outputs === undefined) {
    throw new UsageError(`${file} has no outputs of ${name}; there are: ${names.join(', ') || 'none'}.`);
  }
  return describedTarget({ stackName: name, outputs, pipeline });
}

function readOutputs(file: string): z.infer<typeof outputsFileSchema> {
  const wanted = 'It must be what cdk deploy --outputs-file FILE has written';
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `--outputs ${file} cannot be read (${(error as NodeJS.ErrnoException).code}). ${wanted}.`,
    );
  }
  try {
    return outputsFileSchema.parse(JSON.parse(text));
  } catch {
    throw new UsageError(
      `--outputs ${file} is not understood. ${wanted}: {"the-stack": {"CallbackCompletionOutputs…": "…", …}}.`,
    );
  }
}

/** The SDK's clients find AWS, or what stands in for it, by the environment: AWS_REGION, AWS_ENDPOINT_URL_SQS. */
function describedTarget({
  stackName,
  outputs,
  pipeline,
}: {
  readonly stackName: string;
  readonly outputs: Readonly<Record<string, string | undefined>>;
  readonly pipeline: string | undefined;
}): Target {
  const all = pipelinesIn(stackName, outputs).map((described) => ({
    described,
    name: described.pipeline,
    id: idOf(described.pipeline),
    stackName,
  }));
  if (all.length === 0) {
    throw new Fault(
      `The stack ${stackName} has no pipeline of callback-completion: none of its outputs describes one.`,
    );
  }
  const { described, name } = choosePipeline(all, pipeline, `the stack ${stackName}`);
  return {
    name: `the pipeline ${name}`,
    isLocal: false,
    onlyClient: undefined,
    output: (output) => described[output],
    secretsManager: () => new SecretsManagerClient(requestLimits),
    sqs: () => new SQSClient(requestLimits),
    dynamodb: () => new DynamoDBClient(requestLimits),
  };
}

/** `Shop/Callbacks` → `Shop`. */
function stackOf(name: string): string {
  return name.slice(0, Math.max(0, name.indexOf('/')));
}

/** `Shop/Middle/Callbacks` → `Callbacks`. */
function idOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
