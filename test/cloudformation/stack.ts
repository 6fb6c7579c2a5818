import { setTimeout as delay } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { LambdaClient, PutFunctionRecursionConfigCommand } from '@aws-sdk/client-lambda';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

export interface CreatedStack {
  readonly status: string;
  /** Resources that were not created, each with the reason if one is known. */
  readonly missing: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Names of resources by their logical ids. */
  readonly names: ReadonlyMap<string, string>;
}

const REGION = 'us-east-1';
/** Where a bootstrapped account has its assets: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html */
const ASSETS_BUCKET = 'cdk-hnb659fds-assets-000000000000-us-east-1';
const BOOTSTRAP_PARAMETER = '/cdk-bootstrap/hnb659fds/version';
const CREATED_WITHIN_MS = 60_000;

/** CloudFormation of an account that is bootstrapped for the CDK. */
export class Account {
  readonly variables: Readonly<Record<string, string>>;
  readonly #url: string;
  readonly #client: CloudFormationClient;
  readonly #config: ConstructorParameters<typeof CloudFormationClient>[0];

  private constructor(url: string) {
    this.#url = url;
    this.variables = {
      // As the URLs of queues have it.
      AWS_ENDPOINT_URL: url.replace('127.0.0.1', 'localhost'),
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    };
    this.#config = {
      endpoint: url,
      region: REGION,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    this.#client = new CloudFormationClient(this.#config ?? {});
  }

  static async bootstrapped(url: string): Promise<Account> {
    const account = new Account(url);
    await account.#put(ASSETS_BUCKET);
    const ssm = new SSMClient(account.#config ?? {});
    await ssm.send(new PutParameterCommand({ Name: BOOTSTRAP_PARAMETER, Value: '30', Type: 'String' }));
    return account;
  }

  /** Stores a file as `cdk deploy` stores an asset. */
  async putAsset(name: string, body: string | Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#put(`${ASSETS_BUCKET}/${name}`, body);
  }

  /** Creates a stack, and waits until that has ended. */
  async create(name: string, template: Template): Promise<CreatedStack> {
    await this.putAsset(`${name}.json`, JSON.stringify(template));
    await this.#client.send(
      new CreateStackCommand({
        StackName: name,
        TemplateURL: `${this.#url}/${ASSETS_BUCKET}/${name}.json`,
        Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
      }),
    );
    const stack = await this.#ended(name);
    const names = new Map<string, string>();
    for await (const page of paginateListStackResources({ client: this.#client }, { StackName: name }))
      for (const { LogicalResourceId = '', PhysicalResourceId = '' } of page.StackResourceSummaries ?? [])
        names.set(LogicalResourceId, PhysicalResourceId);
    const { StackEvents = [] } = await this.#client.send(new DescribeStackEventsCommand({ StackName: name }));
    const reasons = new Map(
      StackEvents.filter(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED').map((event) => [
        event.LogicalResourceId,
        event.ResourceStatusReason,
      ]),
    );
    return {
      status: stack.StackStatus ?? '',
      names,
      missing: Object.entries(template.Resources)
        .filter(([id]) => !names.has(id) || reasons.has(id))
        .map(([id, { Type }]) => `${id} (${Type}): ${reasons.get(id) ?? 'not created'}`),
      outputs: Object.fromEntries(
        (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
      ),
    };
  }

  /** Sets what the template has as `RecursiveLoop`, which ministack's CloudFormation ignores. */
  async allowRecursion(functionName: string): Promise<void> {
    const client = new LambdaClient(this.#config ?? {});
    await client.send(
      new PutFunctionRecursionConfigCommand({ FunctionName: functionName, RecursiveLoop: 'Allow' }),
    );
  }

  async #ended(StackName: string) {
    const untilMs = Date.now() + CREATED_WITHIN_MS;
    for (;;) {
      const { Stacks: [stack] = [] } = await this.#client.send(new DescribeStacksCommand({ StackName }));
      if (stack !== undefined && stack.StackStatus?.endsWith('IN_PROGRESS') === false) return stack;
      if (Date.now() > untilMs) throw new Error(`${StackName} is still ${stack?.StackStatus}.`);
      await delay(500);
    }
  }

  async #put(path: string, body: string | Uint8Array<ArrayBuffer> = ''): Promise<void> {
    const response = await fetch(`${this.#url}/${path}`, { method: 'PUT', body: Buffer.from(body) });
    if (!response.ok) throw new Error(`S3 answers ${response.status} to ${path}.`);
  }
}
