import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { type LocalEndpoints, readEndpoints } from '../local/endpoints-file.ts';
import { UsageError } from '../local/options.ts';
import { LOCAL_CREDENTIALS, REGION } from '../local/references.ts';
import { commandLine } from '../package/command-name.ts';
import { Fault } from './fault.ts';
import { requestLimits } from './sdk-limits.ts';

/** What a stack tells of itself, by the names of its outputs on AWS. */
export type Output =
  | 'ApiUrl'
  | 'Auth'
  | 'CallbacksQueueUrl'
  | 'DeadLetterQueueUrl'
  | 'DeliveryDeadlineSeconds'
  | 'LedgerTableName'
  | 'MasterSecretArn'
  | 'MetricsNamespace'
  | 'RetentionSeconds'
  | 'TasksQueueUrl';

/** The stack that a command works on. */
export interface Target {
  /** For people: `the local stack in .local`. */
  readonly name: string;
  readonly isLocal: boolean;
  /** The one client that there is; undefined where there may be several. */
  readonly onlyClient: string | undefined;
  /** @throws Fault where the stack does not tell it */
  output(name: Output): string;
  secretsManager(): SecretsManagerClient;
  sqs(): SQSClient;
  dynamodb(): DynamoDBClient;
}

/**
 * The stack that runs on this machine with its state in that folder.
 *
 * @throws Fault where none does
 */
export function localTarget(stateDirectory: string): Target {
  const endpoints = readEndpoints(stateDirectory);
  if (endpoints === undefined) {
    throw new Fault(
      `No local stack runs with its state in ${stateDirectory}. Start it with ${commandLine('start')}, tell its folder with --state DIR, or name a stack on AWS with --stack NAME.`,
    );
  }
  return reachedTarget(stateDirectory, endpoints);
}

/** A stack that runs on this machine, where it is known how it is reached. */
export function reachedTarget(stateDirectory: string, endpoints: LocalEndpoints): Target {
  const { engines, client } = endpoints;
  const outputs = localOutputs(endpoints);
  const at = (endpoint: string) => ({
    endpoint,
    region: REGION,
    credentials: LOCAL_CREDENTIALS,
    ...requestLimits,
  });
  return {
    name: `the local stack in ${stateDirectory}`,
    isLocal: true,
    onlyClient: client,
    output(name) {
      const value = outputs[name];
      if (value === undefined) throw new Fault(`The local stack in ${stateDirectory} has no ${name}.`);
      return value;
    },
    secretsManager: () => new SecretsManagerClient(at(engines.secretsManager)),
    sqs: () => new SQSClient(at(engines.sqs)),
    dynamodb: () => new DynamoDBClient(at(engines.dynamodb)),
  };
}

function localOutputs({
  apiUrl,
  ledgerTable,
  queueUrls,
  masterSecretArn,
  settings,
}: LocalEndpoints): Record<Output, string | undefined> {
  return {
    ApiUrl: apiUrl,
    Auth: settings?.auth,
    CallbacksQueueUrl: queueUrls.callbacks,
    DeadLetterQueueUrl: queueUrls['dead-letters'],
    DeliveryDeadlineSeconds: settings?.deliveryDeadlineSeconds,
    LedgerTableName: ledgerTable,
    MasterSecretArn: masterSecretArn,
    MetricsNamespace: undefined,
    RetentionSeconds: settings?.retentionSeconds,
    TasksQueueUrl: queueUrls.tasks,
  };
}

/** A stack on AWS, as its outputs describe it, in the account and region that the environment gives. */
export async function awsTarget(stackName: string): Promise<Target> {
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
  return describedTarget(stackName, outputs);
}

/** What `cdk deploy --outputs-file` writes: the outputs of each stack that was deployed. */
const outputsFileSchema = z.record(z.string(), z.record(z.string(), z.string()));

/**
 * A stack on AWS, as a file of its outputs describes it; CloudFormation is not asked.
 *
 * @param stackName need not be given where the file has one stack only
 * @throws UsageError where the file is none, or it is not told which of its stacks is meant
 */
export function outputsTarget(file: string, stackName: string | undefined): Target {
  const stacks = readOutputs(file);
  const names = Object.keys(stacks);
  const name = stackName ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) {
    throw new UsageError(`${file} has the outputs of ${names.join(', ')}; tell which by --stack NAME.`);
  }
  const outputs = Object.hasOwn(stacks, name) ? stacks[name] : undefined;
  if (outputs === undefined) {
    throw new UsageError(`${file} has no outputs of ${name}; there are: ${names.join(', ') || 'none'}.`);
  }
  return describedTarget(name, outputs);
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
      `--outputs ${file} is not understood. ${wanted}: {"the-stack": {"LedgerTableName": "…", …}}.`,
    );
  }
}

/** The SDK's clients find AWS, or what stands in for it, by the environment: AWS_REGION, AWS_ENDPOINT_URL_SQS. */
function describedTarget(stackName: string, outputs: Readonly<Record<string, string | undefined>>): Target {
  return {
    name: `the stack ${stackName}`,
    isLocal: false,
    onlyClient: undefined,
    output(name) {
      const value = outputs[name];
      if (value !== undefined) return value;
      throw new Fault(
        `The stack ${stackName} has no output ${name}. Is it one of callback-completion, deployed from this version or later?`,
      );
    },
    secretsManager: () => new SecretsManagerClient(requestLimits),
    sqs: () => new SQSClient(requestLimits),
    dynamodb: () => new DynamoDBClient(requestLimits),
  };
}
