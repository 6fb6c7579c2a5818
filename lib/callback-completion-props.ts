import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { AuthKind } from '../lambda/contract/auth.ts';
import type { CallbackFormat } from '../lambda/contract/formats.ts';

/** Where a function is in a VPC. */
export interface FunctionNetwork {
  // With TypeScript's exactOptionalPropertyTypes, the CDK's Vpc is not an IVpc.
  readonly vpc: IVpc | Vpc;

  /**
   * @default - the private subnets, or the isolated ones if there are no private ones
   */
  readonly subnets?: SubnetSelection;

  /**
   * @default - a group of the function's own that allows all outbound traffic
   */
  readonly securityGroups?: readonly ISecurityGroup[];
}

/**
 * How a pipeline behaves. Everything has a default. The same names are CDK context settings of the app:
 * durations written `90s`, `5m`, `2h`, `3d`, lists separated by commas (`-c retrySchedule=5s,5m,30m`).
 */
export interface CallbackCompletionProps {
  /**
   * Folders of task files: `<folder>/<name>.ts` or `<folder>/<name>/task.ts`. Relative to the current folder, which for
   * the CDK's command line is that of cdk.json.
   *
   * At least one; each must exist and have a task.
   *
   * @default tasks
   */
  readonly tasks?: string | readonly string[];

  /**
   * Packages that are not bundled with the work but installed beside it: native modules, and packages that read their
   * own files. On AWS they have the versions of the app's package-lock.json; run `npm install` for each first.
   *
   * @default - none; everything that work imports is bundled
   */
  readonly nodeModules?: readonly string[];

  /**
   * The processor of the functions: `arm64` or `x86_64`. Graviton (`arm64`) costs a fifth less.
   *
   * @default arm64
   */
  readonly architecture?: 'arm64' | 'x86_64';

  /**
   * The network in which work runs, for example to reach a database. The run function then has no other way out: the
   * subnets need a route to DynamoDB, SQS and Secrets Manager, by a NAT gateway or VPC endpoints.
   *
   * @default - no VPC
   */
  readonly runNetwork?: FunctionNetwork;

  /**
   * The network from which callbacks are sent, for example to send them from a fixed address or to private receivers.
   * The subnets need a route to DynamoDB, SQS and Secrets Manager, and to the receivers.
   *
   * @default - no VPC
   */
  readonly deliverNetwork?: FunctionNetwork;

  /**
   * A customer managed key that encrypts the ledger, the queues and the master secret at rest. The functions may use
   * it; nobody else is allowed by this construct.
   *
   * A symmetric key of the same region. AWS KMS bills each use.
   *
   * @default - keys that AWS owns
   */
  readonly encryptionKey?: IKey;

  /**
   * Waits between the attempts at a callback: the first after the first failed attempt, and so on; the last one
   * repeats. Each varies by ±20 %, so that callbacks that failed together do not come back together.
   *
   * 1 to 50 waits of 1 s to 7 d each, in whole seconds. The first must fit into `deliveryDeadline`.
   *
   * @default 5s,5m,30m,2h,5h,10h,14h,20h,24h (the schedule recommended by Standard Webhooks)
   */
  readonly retrySchedule?: readonly Duration[];

  /**
   * How long a callback is attempted, from the moment its outcome was stored. After the first failed attempt
   * past it the task is dead: in the dead-letter queue and in the ledger, from where it can be redriven.
   *
   * 1 s to 30 d, in whole seconds.
   *
   * @default 3d
   */
  readonly deliveryDeadline?: Duration;

  /**
   * How long one attempt at a callback may take, from the look-up of its host to the status line of the answer.
   *
   * 5 s to 20 s, in whole seconds.
   *
   * @default 15s
   */
  readonly callbackTimeout?: Duration;

  /**
   * How often a task's work is started at most. It is started again only when the function crashed or was
   * killed before an outcome was stored, or when the work asked for it; once an outcome is stored, never.
   * The tasks queue lets a message be received `maxRuns * runBatchSize + 5` times, at most 1,000, before it is a dead
   * letter.
   *
   * 1 to 100.
   *
   * @default 3
   */
  readonly maxRuns?: number;

  /**
   * How long one run of a task's work may take, with `runBatchSize` all of a batch together. Past it the work is ended
   * and the outcome is `timeout`. The run function's own timeout is 10 s longer, which leaves time to store the outcome.
   *
   * 1 s to 890 s, in whole seconds: Lambda ends any invocation after 900 s.
   *
   * @default 60s
   */
  readonly runTimeout?: Duration;

  /**
   * How many tasks one invocation takes at most, one after another. Where tasks take milliseconds, ten to a batch
   * save most of the requests to Lambda and SQS; where they take longer, each waits for those before it.
   *
   * So that each has its full time, no task may take longer than `runTimeout` divided by this, in whole seconds
   * rounded down. What an invocation has no time left for is put back as it came: no run is counted, one of the
   * message's `maxRuns * runBatchSize + 5` receives is, and in its next batch it goes first. Where the function itself
   * crashes, which it does not where work fails or its process dies, each task of the batch has lost a receive: there
   * are as many as if every task of a batch used up its runs in that way.
   *
   * 1 to 10, and at most `runTimeout` in seconds.
   *
   * @default 1
   */
  readonly runBatchSize?: number;

  /**
   * Memory of the run function in MB; CPU comes in proportion, one whole core at 1,769 MB.
   *
   * 128 to 10,240 (Lambda's limits; a new account may be held to 3,008 until it asks for more).
   *
   * @default 512
   */
  readonly runMemory?: number;

  /**
   * How many tasks run at once at most.
   *
   * 2 to 1,000 (the limits of an SQS event source mapping). The account's own limit on concurrent Lambda
   * invocations counts as well; nothing is reserved from it.
   *
   * @default 10
   */
  readonly runConcurrency?: number;

  /**
   * How many invocations deliver callbacks at once at most, each of them up to 10 callbacks in parallel.
   *
   * 2 to 1,000 (the limits of an SQS event source mapping).
   *
   * @default 20
   */
  readonly deliverConcurrency?: number;

  /**
   * How long a settled task and its result stay readable. DynamoDB removes what has expired within a few days.
   *
   * 1 m to 3650 d, in whole seconds.
   *
   * @default 30d
   */
  readonly retention?: Duration;

  /**
   * How many days CloudWatch keeps the functions' logs and the API's access log.
   *
   * One of the periods CloudWatch Logs offers: 1, 3, 5, 7, 14, 30, 60, 90, … (`RetentionDays`).
   *
   * @default - 30; 365 where `stage` is `prod`
   */
  readonly logRetentionDays?: RetentionDays;

  /**
   * The format of callbacks whose request names no `callback_format` and whose task's definition names no
   * `callbackFormat`.
   *
   * One of the formats in docs/callbacks.md.
   *
   * @default task
   */
  readonly callbackFormat?: CallbackFormat;

  /**
   * Networks that callbacks may reach besides public addresses, also by plain http. For receivers on loopback
   * when the pipeline runs on a developer's machine; leave it unset on AWS.
   *
   * The addresses at which clouds offer credentials stay refused whatever is allowed, also where IPv6 leads to them:
   * mapped, compatible, translated, 6to4, ISATAP, and NAT64 by the well-known prefixes 64:ff9b::/96 and
   * 64:ff9b:1::/48. A NAT64 prefix of your own is not known here: do not allow networks that hold it.
   *
   * Up to 20 CIDRs, IPv4 or IPv6, with a prefix of at least 1 bit and without a zone.
   *
   * @default - none; https alone
   */
  readonly allowedCallbackCidrs?: readonly string[];

  /**
   * Hosts that callbacks are sent to, and no others: exact names, addresses, or `*.suffix` for every name below the
   * suffix (not the suffix itself). Whatever else holds for callback URLs holds for these, too: https on 443 or
   * 8443 and public addresses, unless `allowedCallbackCidrs` says otherwise. A task's own `callbackUrl` counts as any.
   *
   * 1 to 50 hosts, 1,500 characters together: Lambda takes 4 KB of environment.
   *
   * @default - any public host
   */
  readonly allowedCallbackHosts?: readonly string[];

  /**
   * How the clients of the API are authenticated. Every route asks for it, health included, and each client sees its own
   * tasks only. What a client is called differs from kind to kind, so after a change of `auth` nobody can read the
   * tasks of before; they are still run and called back.
   *
   * - `iam`: requests signed with AWS credentials (Signature Version 4) of a user or role that may call the API. A role
   *   is one client, whoever assumes it: all who can see one another's tasks. So give each client a role of its own.
   *   Users of a Cognito identity pool, who share a role, are told apart by their identity's id
   * - `jwt`: JSON Web Tokens of `jwtIssuer`; a client is the token's `sub`
   * - `api-key`: keys that `callback-completion ops keys create` makes. API Gateway remembers for 60 s what a key was
   *   found to be, so one that is revoked works that long at most
   *
   * @default iam
   */
  readonly auth?: AuthKind;

  /**
   * Whose tokens are accepted, as their `iss` claim says it. API Gateway finds its keys below
   * `/.well-known/openid-configuration`.
   *
   * An https URL of up to 512 characters, without query and fragment. With `auth: 'jwt'`, and only then.
   *
   * @default - none
   */
  readonly jwtIssuer?: string;

  /**
   * Whom tokens must be made for: one of these must be the `aud` claim, or where there is none the `client_id` claim.
   *
   * 1 to 50 values of up to 255 printable characters. With `auth: 'jwt'`, and only then.
   *
   * @default - none
   */
  readonly jwtAudience?: readonly string[];

  /**
   * Origins of web pages that may call the API from a browser (CORS): `https://app.example.com`, with the port if it is
   * not 443; `http` for `localhost` only.
   *
   * 1 to 20 origins, or `*` alone for any.
   *
   * @default - none
   */
  readonly corsOrigins?: readonly string[];

  /**
   * How many requests a second the API takes on average, of all clients together; more are answered 429. A batch
   * of tasks is one request.
   *
   * 1 to 100,000. The account's own limit for all its APIs of a region counts as well: 10,000 until it asks for more.
   *
   * @default 1000
   */
  readonly rateLimit?: number;

  /**
   * How many requests the API takes at one moment beyond `rateLimit`: the size of API Gateway's token bucket.
   *
   * 1 to 100,000. The account's own limit is 5,000 until it asks for more.
   *
   * @default 2000
   */
  readonly rateBurst?: number;

  /**
   * Whether CloudWatch has alarms of this pipeline, and an SNS topic that they are told to. docs/metrics.md tells what
   * they cost, docs/runbook.md what to do about each.
   *
   * @default true
   */
  readonly alarms?: boolean;

  /**
   * Whom alarms are mailed to. AWS first mails a link, by which it is to be confirmed. Anything else that is to hear of
   * them subscribes to the topic (output `AlarmTopicArn`).
   *
   * One e-mail address. Not with `alarms: false`.
   *
   * @default - nobody; the topic is there all the same
   */
  readonly alarmEmail?: string;

  /**
   * Where your operators read the runbook: alarms lead to `URL#section`.
   *
   * An https URL without fragment, of up to 512 characters. Not with `alarms: false`.
   *
   * @default docs/runbook.md
   */
  readonly runbookUrl?: string;

  /**
   * Whether CloudWatch has a dashboard of this pipeline. An account's first three are free.
   *
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * What happens to the ledger and the master secret when they leave the stack: `RETAIN` or `DESTROY`
   * (as a context setting `retain` or `destroy`). Without the ledger the results and the undelivered
   * callbacks are lost, without the secret every receiver needs a new one. `DESTROY` is refused where `stage`
   * is `prod`.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy.RETAIN | RemovalPolicy.DESTROY;

  /**
   * What the deployment is for: `dev` or `prod`. With `prod` DynamoDB refuses to delete the ledger, CloudFormation
   * refuses to delete the stack (of the app; in a stack of your own set its `terminationProtection`), and queues and
   * logs stay when they leave the stack, as ledger and secret do.
   *
   * @default dev
   */
  readonly stage?: 'dev' | 'prod';
}
