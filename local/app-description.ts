import type { FunctionName } from '../lambda/contract/settings.ts';
import type { CorsSettings } from './cors.ts';
import type { Throttle } from './token-bucket.ts';

export interface FunctionDescription {
  readonly logicalId: string;
  /** The part of the pipeline that it is. */
  readonly part: FunctionName;
  readonly name: string;
  readonly arn: string;
  /** Folder of the bundled code. */
  readonly codeDirectory: string;
  /** `file.export`, as Lambda writes it. */
  readonly handler: string;
  /** 1 to 900 s; CloudFormation's default is 3. */
  readonly timeoutSeconds: number;
  /** 128 to 10,240 MB; CloudFormation's default is 128. */
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
}

export interface QueueDescription {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  /** As SQS's CreateQueue takes them. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TopicDescription {
  readonly logicalId: string;
  readonly name: string;
  /** As SNS's CreateTopic takes them. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface BucketDescription {
  readonly logicalId: string;
  readonly name: string;
}

export interface TableDescription {
  readonly logicalId: string;
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string | undefined;
  /** Of the attributes that are part of a key, also of an index: `S`, `N` or `B`. */
  readonly attributeTypes: Readonly<Record<string, string>>;
  /** Default: none. */
  readonly globalIndexes?: readonly IndexDescription[];
  /** Default: none. */
  readonly localIndexes?: readonly IndexDescription[];
  /** Attribute holding the epoch second after which an item goes by itself. */
  readonly timeToLiveAttribute: string | undefined;
}

/** An index of a table, as DynamoDB's CreateTable takes it. */
export interface IndexDescription {
  readonly IndexName: string;
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' }[];
  readonly Projection: {
    readonly ProjectionType: 'ALL' | 'INCLUDE' | 'KEYS_ONLY';
    readonly NonKeyAttributes?: readonly string[] | undefined;
  };
}

export interface SecretDescription {
  /** Undefined if the templates only refer to the secret. */
  readonly logicalId?: string;
  readonly name: string;
  readonly arn: string;
  /** The value, from the template or from `.env`. It is not stored. */
  readonly value?: string | undefined;
  /** How to generate the value of a secret that has no `value`. It is generated once and stored. */
  readonly generate?: GeneratedSecret | undefined;
}

/** CloudFormation's GenerateSecretString. */
export interface GeneratedSecret {
  /** JSON object that the password is put into under `generateStringKey`. Default: the password is the whole secret. */
  readonly secretStringTemplate?: string | undefined;
  readonly generateStringKey?: string | undefined;
  readonly passwordLength: number;
  readonly excludeCharacters: string;
  readonly excludeLowercase?: boolean;
  readonly excludeNumbers?: boolean;
  readonly excludePunctuation: boolean;
  readonly excludeUppercase?: boolean;
  /** Default: false. */
  readonly includeSpace?: boolean;
  /** Whether the password has a character of each kind that is not excluded. Default: true. */
  readonly requireEachIncludedType?: boolean;
}

export interface MappingDescription {
  readonly queueArn: string;
  readonly functionArn: string;
  /** 1 to 10,000 messages; SQS's default is 10. */
  readonly batchSize: number;
  /** 0 to 300 s; default 0. */
  readonly batchingWindowSeconds: number;
  /** Invocations at once at most, 2 to 1,000; undefined: no limit of the mapping's own. */
  readonly maximumConcurrency: number | undefined;
  readonly reportBatchItemFailures: boolean;
}

export interface RouteDescription {
  /** `POST /api/tasks`, `ANY /{proxy+}` or `$default`. */
  readonly routeKey: string;
  readonly functionArn: string;
  readonly authorizer: AuthorizerDescription;
}

/** How the caller is authenticated. */
export type AuthorizerDescription =
  | { readonly type: 'none' | 'iam' }
  | { readonly type: 'jwt'; readonly issuer: string }
  | {
      readonly type: 'function';
      readonly functionArn: string;
      /** The one header that it looks at, in lower case. */
      readonly identityHeader: string;
      /** How long its answers are gone by; 0 to 3,600 s. */
      readonly rememberedForSeconds: number;
    };

export interface ScheduleDescription {
  readonly everySeconds: number;
  readonly functionArn: string;
}

/** One pipeline of the app, with every reference resolved. */
export interface PipelineDescription {
  /** Unique in the app, as the resources' marks state it: `Shop/Callbacks`. */
  readonly name: string;
  /** Id of its construct: `Callbacks`. */
  readonly id: string;
  /** The stack that is deployed. For a pipeline in a nested stack: the stack at the top. */
  readonly stackName: string;
  readonly functions: readonly FunctionDescription[];
  readonly mappings: readonly MappingDescription[];
  readonly routes: readonly RouteDescription[];
  /** Of the HTTP API's stage; undefined: none of its own. */
  readonly throttle: Throttle | undefined;
  /** Of the HTTP API; undefined: pages of other origins cannot call it. */
  readonly cors: CorsSettings | undefined;
  readonly schedules: readonly ScheduleDescription[];
  /** Name of the ledger's table. */
  readonly ledgerTable: string;
  readonly queueUrls: QueueUrls;
  /** The secret that signing secrets derive from. */
  readonly masterSecretArn: string;
}

/** URLs of a pipeline's queues. */
export interface QueueUrls {
  readonly tasks: string;
  readonly callbacks: string;
  readonly 'dead-letters': string;
}

/**
 * All of an app that the local stack runs: its pipelines, and the resources that they have or that their work refers to.
 * Each resource is created once, also if several pipelines use it.
 */
export interface AppDescription {
  readonly pipelines: readonly PipelineDescription[];
  readonly queues: readonly QueueDescription[];
  readonly topics: readonly TopicDescription[];
  readonly buckets: readonly BucketDescription[];
  readonly tables: readonly TableDescription[];
  /** Those of the templates, and those that the work reads but the templates only refer to. */
  readonly secrets: readonly SecretDescription[];
}
