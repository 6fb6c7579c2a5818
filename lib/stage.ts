import { type Duration, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { type Conditions, Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  type Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EnvironmentVariable, FunctionName } from '../lambda/contract/settings.ts';
import type { FunctionNetwork } from './callback-completion-props.ts';

/**
 * What DynamoDB, SQS and Secrets Manager do with a key in the name of the function that calls them, as
 * `grantEncryptDecrypt` has it: without its wildcards, and with the look at the key that DynamoDB asks for.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
const KEY_ACTIONS = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
] as const;

export interface StageProps {
  /** The function's folder below `lambda/`. */
  readonly folder: FunctionName;

  /** The function's code: `index.js` exports `handler`. */
  readonly code: Code;

  /** The processor that the function runs on. */
  readonly architecture: Architecture;

  /** One sentence for the AWS console. */
  readonly description: string;

  /** How long one invocation may take. */
  readonly timeout: Duration;

  /** Memory in MB; CPU comes in proportion. */
  readonly memoryMegabytes: number;

  /**
   * The VPC that the function is in.
   *
   * @default - none
   */
  readonly network?: FunctionNetwork | undefined;

  /**
   * Whether it sends messages to the queue that feeds it. Lambda ends such a chain after about 16 rounds, unless it is
   * allowed.
   *
   * @default false
   */
  readonly feedsItself?: boolean;

  /** How long CloudWatch keeps the function's log. */
  readonly logRetention: RetentionDays;

  /** What happens to the log when it leaves the stack. */
  readonly logRemovalPolicy: RemovalPolicy;
}

/** What Lambda does in EC2 to connect a function to a VPC. */
const NETWORK_INTERFACE_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
] as const;

/**
 * One of the pipeline's functions with a log group and a role of its own.
 *
 * The role starts with the right to write that one log and nothing else. Each resource a stage may use adds
 * the actions it needs *and* the variable that says where the resource is, in one call (`ledger.usedBy`,
 * `queue.sentToBy`, …): a function that knows a resource can reach it, and none can reach what it does not know.
 */
export class Stage extends Construct {
  readonly function: LambdaFunction;
  /** How long one invocation may take; a queue's visibility timeout is reckoned from it. */
  readonly timeout: Duration;
  readonly #role: Role;
  readonly #keys = new Set<IKey>();

  constructor(scope: Construct, id: string, props: StageProps) {
    super(scope, id);
    this.timeout = props.timeout;

    // The group's name is generated: one that outlives its stack is in nobody's way.
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention,
      removalPolicy: props.logRemovalPolicy,
    });
    this.#role = new Role(this, 'Role', {
      description: `What the ${props.folder} function of ${Stack.of(this).stackName} may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn);

    if (props.network !== undefined) this.#allowNetworkInterfaces();

    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: props.architecture,
      code: props.code,
      handler: 'index.handler',
      timeout: props.timeout,
      memorySize: props.memoryMegabytes,
      role: this.#role,
      logGroup,
      ...networkProps(props.network),
      ...(props.feedsItself === true && { recursiveLoop: RecursiveLoop.ALLOW }),
      // Lambda's own lines (crashes, time-outs) as JSON too, so that one query finds all of a function's.
      loggingFormat: LoggingFormat.JSON,
      // Of invocations that go well its metrics tell enough; a report of each would cost as much as our own lines.
      systemLogLevelV2: SystemLogLevel.WARN,
    });
  }

  /** Lets the function call `actions` on the one resource `arn`, where the conditions hold. */
  allow(actions: readonly string[], arn: string, conditions: Conditions = {}): void {
    this.#role.addToPrincipalPolicy(
      new PolicyStatement({ actions: [...actions], resources: [arn], conditions }),
    );
  }

  /** Lets the function read and write what the key encrypts. */
  useKey(key: IKey): void {
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    key.grant(this.#role, ...KEY_ACTIONS);
  }

  /**
   * Lets Lambda connect the function to a VPC, with the function's own rights. EC2 takes no resource for these actions.
   * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
   */
  #allowNetworkInterfaces(): void {
    this.allow(NETWORK_INTERFACE_ACTIONS, '*');
    // Lambda makes these calls itself. For calls of the function's own code the key is there.
    this.#role.addToPrincipalPolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: [...NETWORK_INTERFACE_ACTIONS],
        resources: ['*'],
        conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
      }),
    );
    Validations.of(this.#role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'EC2 has no resource-level permissions for the network interfaces of a function.',
    });
  }

  /** Sets an environment variable of the function. */
  set(variable: EnvironmentVariable, value: string): void {
    this.function.addEnvironment(variable, value);
  }
}

function networkProps(network: FunctionNetwork | undefined) {
  if (network === undefined) return {};
  const { vpc, subnets, securityGroups } = network;
  return {
    vpc: vpc as IVpc,
    ...(subnets !== undefined && { vpcSubnets: subnets }),
    ...(securityGroups !== undefined && { securityGroups: [...securityGroups] }),
  };
}
