import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type LocalEndpoints, readEndpoints } from '../local/endpoints-file.ts';
import { LOCAL_CREDENTIALS, REGION } from '../local/references.ts';
import { Fault } from './fault.ts';

/** What a stack tells of itself, by the names of its outputs on AWS. */
export type Output =
  | 'Auth'
  | 'CallbacksQueueUrl'
  | 'DeadLetterQueueUrl'
  | 'DeliveryDeadlineSeconds'
  | 'LedgerTableName'
  | 'MasterSecretArn'
  | 'RetentionSeconds'
  | 'TasksQueueUrl';

/** The stack that a command works on. */
export interface Target {
  /** For people: `the local stack in .local`. */
  readonly name: string;
  /** The one client that there is; undefined where there may be several. */
  readonly onlyClient: string | undefined;
  /** @throws Fault where the stack does not tell it */
  output(name: Output): string;
  secretsManager(): SecretsManagerClient;
  sqs(): SQSClient;
  dynamodb(): DynamoDBClient;
}

/** The stack that runs on this machine with its state in that folder. */
export function localTarget(stateDirectory: string): Target {
  const endpoints = readEndpoints(stateDirectory);
  if (endpoints === undefined) {
    throw new Fault(
      `No local stack runs with its state in ${stateDirectory}. Start it with npm start, tell its folder with --state DIR, or name a stack on AWS with --stack NAME.`,
    );
  }
  const { engines, client } = endpoints;
  const outputs = localOutputs(endpoints);
  const at = (endpoint: string) => ({ endpoint, region: REGION, credentials: LOCAL_CREDENTIALS });
  return {
    name: `the local stack in ${stateDirectory}`,
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
  ledgerTable,
  queueUrls,
  masterSecretArn,
  settings,
}: LocalEndpoints): Record<Output, string | undefined> {
  return {
    Auth: settings?.auth,
    CallbacksQueueUrl: queueUrls.callbacks,
    DeadLetterQueueUrl: queueUrls['dead-letters'],
    DeliveryDeadlineSeconds: settings?.deliveryDeadlineSeconds,
    LedgerTableName: ledgerTable,
    MasterSecretArn: masterSecretArn,
    RetentionSeconds: settings?.retentionSeconds,
    TasksQueueUrl: queueUrls.tasks,
  };
}

/** A stack on AWS, as its outputs describe it, in the account and region that the environment gives. */
export async function awsTarget(stackName: string): Promise<Target> {
  // Only now: the local stack is worked on without it.
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const { Stacks: [stack] = [] } = await new CloudFormationClient()
    .send(new DescribeStacksCommand({ StackName: stackName }))
    .catch((error: Error) => {
      // CloudFormation says so of a stack that is not there.
      if (error.name !== 'ValidationError') throw error;
      throw new Fault(
        `${error.message}. Is it in another region or account? AWS_REGION and AWS_PROFILE say which.`,
      );
    });
  return {
    name: `the stack ${stackName}`,
    onlyClient: undefined,
    output(name) {
      const value = stack?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
      if (value !== undefined) return value;
      throw new Fault(
        `The stack ${stackName} has no output ${name}. Is it one of callback-completion, deployed from this version or later?`,
      );
    },
    secretsManager: () => new SecretsManagerClient(),
    sqs: () => new SQSClient(),
    dynamodb: () => new DynamoDBClient(),
  };
}
