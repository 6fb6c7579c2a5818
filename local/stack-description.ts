import type { Throttle } from './token-bucket.ts';

export interface FunctionDescription {
  readonly logicalId: string;
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

export interface TableDescription {
  readonly logicalId: string;
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string | undefined;
  readonly attributeTypes: Readonly<Record<string, string>>;
  /** Attribute holding the epoch second after which an item goes by itself. */
  readonly timeToLiveAttribute: string | undefined;
}

export interface SecretDescription {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly generate: GeneratedSecret;
}

/** CloudFormation's GenerateSecretString, the part that the local stack understands. */
export interface GeneratedSecret {
  /** JSON object that the password is put into. */
  readonly secretStringTemplate: string;
  readonly generateStringKey: string;
  readonly passwordLength: number;
  readonly excludePunctuation: boolean;
  readonly excludeCharacters: string;
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

/** Who vouches for the caller. */
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

/** All of the template that the local stack runs, resolved. */
export interface StackDescription {
  readonly functions: readonly FunctionDescription[];
  readonly queues: readonly QueueDescription[];
  readonly tables: readonly TableDescription[];
  readonly secrets: readonly SecretDescription[];
  readonly mappings: readonly MappingDescription[];
  readonly routes: readonly RouteDescription[];
  /** Of the HTTP API's stage; undefined: none of its own. */
  readonly throttle: Throttle | undefined;
  readonly schedules: readonly ScheduleDescription[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Types of resources that have no local counterpart and are left out: `AWS::S3::Bucket`. */
  readonly leftOut: readonly string[];
}
