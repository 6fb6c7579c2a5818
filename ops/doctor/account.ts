import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type Architecture,
  GetAccountSettingsCommand,
  LambdaClient,
  ListLayersCommand,
  type Runtime,
} from '@aws-sdk/client-lambda';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { ConcurrencyQuota } from './judge.ts';
import type { FoundStack } from './judge-stack.ts';
import { scanUnfinished, type UnfinishedTasks } from './scan-unfinished.ts';
import { LIMIT_MS, within } from './time-limit.ts';

const CLIENT = { maxAttempts: 2 } as const;

/** A page is up to 1 MB large, and costs up to 128 read units. */
const MAX_SCAN_PAGES = 20;

/** The account that the environment's credentials are of, in one region. Only reads. */
export class Account {
  readonly #region: string;

  constructor(region: string) {
    this.#region = region;
  }

  async whoAmI(): Promise<{ readonly account: string; readonly arn: string }> {
    const { Account: account = '', Arn: arn = '' } = await within((abortSignal) =>
      new STSClient(this.#client).send(new GetCallerIdentityCommand({}), { abortSignal }),
    );
    return { account, arn };
  }

  /** @returns undefined where there is no such parameter */
  async parameter(name: string): Promise<string | undefined> {
    const { Parameter } = await within((abortSignal) =>
      new SSMClient(this.#client).send(new GetParameterCommand({ Name: name }), { abortSignal }),
    ).catch(nothingFor('ParameterNotFound'));
    return Parameter?.Value;
  }

  /** Whether Lambda takes the runtime's name: it checks names of filters against those that it knows. */
  async knowsRuntime(runtime: string, architecture: string): Promise<boolean> {
    const command = new ListLayersCommand({
      CompatibleRuntime: runtime as Runtime,
      CompatibleArchitecture: architecture as Architecture,
      MaxItems: 1,
    });
    const answer = await within((abortSignal) =>
      new LambdaClient(this.#client).send(command, { abortSignal }),
    ).catch(nothingFor('ValidationException', 'InvalidParameterValueException'));
    return '$metadata' in answer;
  }

  async concurrency(): Promise<ConcurrencyQuota> {
    const { AccountLimit } = await within((abortSignal) =>
      new LambdaClient(this.#client).send(new GetAccountSettingsCommand({}), { abortSignal }),
    );
    const { ConcurrentExecutions: total = 0, UnreservedConcurrentExecutions: unreserved = total } =
      AccountLimit ?? {};
    return { total, unreserved };
  }

  /** @returns undefined where there is none of that name */
  async stack(stackName: string): Promise<FoundStack | undefined> {
    const { Stacks: [stack] = [] } = await within((abortSignal) =>
      new CloudFormationClient(this.#client).send(new DescribeStacksCommand({ StackName: stackName }), {
        abortSignal,
      }),
    ).catch(nothingFor('ValidationError'));
    if (stack === undefined) return undefined;
    return {
      status: stack.StackStatus ?? '',
      reason: stack.StackStatusReason,
      outputs: Object.fromEntries(
        (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
      ),
    };
  }

  /** @param table name of the ledger's table */
  async unfinishedTasks(table: string): Promise<UnfinishedTasks> {
    const dynamodb = new DynamoDBClient(this.#client);
    return await scanUnfinished(
      { dynamodb, table },
      { maxPages: MAX_SCAN_PAGES, signal: AbortSignal.timeout(LIMIT_MS) },
    );
  }

  get #client() {
    return { ...CLIENT, region: this.#region };
  }
}

/** The region that the SDK finds by itself. */
export async function regionOfSdk(): Promise<string | undefined> {
  return await new STSClient().config.region().catch(() => undefined);
}

/** Of errors with these names: nothing. */
function nothingFor(...names: readonly string[]) {
  return (error: Error): Record<string, never> => {
    if (names.includes(error.name)) return {};
    throw error;
  };
}
