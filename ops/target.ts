import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readEndpoints } from '../local/endpoints-file.ts';
import { LOCAL_CREDENTIALS, REGION } from '../local/references.ts';
import { Fault } from './fault.ts';

/** The stack that a command works on. */
export interface Target {
  /** For people: `the local stack in .local`. */
  readonly name: string;
  readonly masterSecretArn: string;
  readonly secretsManager: SecretsManagerClient;
  /** The one client that there is; undefined where there may be several. */
  readonly onlyClient: string | undefined;
}

/** The stack that runs on this machine with its state in that folder. */
export function localTarget(stateDirectory: string): Target {
  const endpoints = readEndpoints(stateDirectory);
  if (endpoints === undefined) {
    throw new Fault(
      `No local stack runs with its state in ${stateDirectory}. Start it with npm start, tell its folder with --state DIR, or name a stack on AWS with --stack NAME.`,
    );
  }
  const { masterSecretArn, engines, client } = endpoints;
  const name = `the local stack in ${stateDirectory}`;
  if (masterSecretArn === undefined) throw new Fault(`There is no master secret in ${name}.`);
  const secretsManager = new SecretsManagerClient({
    endpoint: engines.secretsManager,
    region: REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  secretsManager.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        // What was killed leaves its endpoints behind.
        if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
        throw new Fault(
          `The local stack in ${stateDirectory} does not answer any more. Start it again with npm start.`,
        );
      }
    },
    { step: 'initialize' },
  );
  return { name, masterSecretArn, onlyClient: client, secretsManager };
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
  const masterSecretArn = stack?.Outputs?.find(
    ({ OutputKey }) => OutputKey === 'MasterSecretArn',
  )?.OutputValue;
  if (masterSecretArn === undefined) {
    throw new Fault(
      `The stack ${stackName} has no output MasterSecretArn. Is it one of callback-completion?`,
    );
  }
  return {
    name: `the stack ${stackName}`,
    masterSecretArn,
    onlyClient: undefined,
    secretsManager: new SecretsManagerClient(),
  };
}
