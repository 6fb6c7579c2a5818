import type { ResourceMark } from '../lambda/contract/resource-mark.ts';
import type { Assembly, AssemblyStack, TemplateResource } from './assembly.ts';
import { type ReferenceValues, resolve, type StackOutput } from './intrinsics.ts';
import { TemplateError } from './template-error.ts';

export const REGION = 'us-east-1';
export const ACCOUNT_ID = '000000000000';
/** The id that each HTTP API has here. */
export const API_ID = 'local';

/** Where the local counterparts of AWS's endpoints are, without trailing slashes. */
export interface Endpoints {
  /** Returns the base URL of a pipeline's HTTP API, by the pipeline's name. */
  readonly api: (pipeline: string) => string;
  readonly s3: string;
  readonly sqs: string;
}

const NAME_PROPERTY: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SecretsManager::Secret': 'Name',
};

/** Characters that a service takes in a name. */
const MAX_LENGTH: Readonly<Record<string, number>> = { 'AWS::S3::Bucket': 63, 'AWS::SQS::Queue': 80 };
/** Characters of the hash that the CDK ends logical ids with. */
const HASH_LENGTH = 8;

/**
 * Returns the name that the template gives, else stack and logical id, as CloudFormation does (without its random end):
 * shortened to what the service takes, for buckets in lower case, for FIFO queues and topics with `.fifo` behind it.
 */
export function physicalName(stack: AssemblyStack, logicalId: string): string {
  const resource = stack.resources.get(logicalId);
  const given = givenName(resource);
  if (given !== undefined) return given;
  const { FifoQueue, FifoTopic } = resource?.properties ?? {};
  const suffix = FifoQueue === true || FifoTopic === true ? '.fifo' : '';
  const maxLength = (MAX_LENGTH[resource?.type ?? ''] ?? Number.POSITIVE_INFINITY) - suffix.length;
  const name = shortened(`${stack.prefix}-${logicalId}`, maxLength) + suffix;
  return resource?.type === 'AWS::S3::Bucket' ? name.toLowerCase() : name;
}

/** Returns the name that the template gives to a resource as plain text. */
export function givenName(resource: TemplateResource | undefined): string | undefined {
  const given = resource?.properties[NAME_PROPERTY[resource.type] ?? ''];
  return typeof given === 'string' ? given : undefined;
}

function shortened(name: string, maxLength: number): string {
  if (name.length <= maxLength) return name;
  // The end of a logical id is what sets two long ones apart: the CDK puts a hash there.
  return `${name.slice(0, maxLength - HASH_LENGTH - 1)}-${name.slice(-HASH_LENGTH)}`;
}

/** A resource of the app that is referred to, but that the engines cannot create. */
export class CannotCreateError extends TemplateError {
  override readonly name = 'CannotCreateError';
}

/** Types of resources that the engines create. */
const CREATED_TYPES = [
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::S3::Bucket',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
] as const;

export interface ReferencesSettings {
  readonly assembly: Assembly;
  readonly endpoints: Endpoints;
  /** Whether the functions and the API of a pipeline run. References to others have no value. */
  readonly isRun: (pipeline: string) => boolean;
  /** Called with each resource of a created type that is referred to. */
  readonly onCreatedResource: (stack: AssemblyStack, logicalId: string) => void;
}

/** Resolves references, also across stacks. */
export class References {
  readonly #settings: ReferencesSettings;

  constructor(settings: ReferencesSettings) {
    this.#settings = settings;
  }

  /** Returns the values of the references in a stack's template. */
  in(stack: AssemblyStack): ReferenceValues {
    return {
      pseudoParameters: {
        'AWS::AccountId': ACCOUNT_ID,
        'AWS::Partition': 'aws',
        'AWS::Region': REGION,
        'AWS::StackId': arn('cloudformation', `stack/${stack.prefix}/local`),
        'AWS::StackName': stack.stackName,
        'AWS::URLSuffix': 'amazonaws.com',
      },
      value: (name, attribute) =>
        attribute === undefined && stack.parameters.has(name)
          ? this.#parameter(stack, name)
          : this.#attribute(stack, name, attribute),
      condition: (name) => stack.conditions.get(name),
      mapped: (mapping, first, second) => stack.mappings.get(mapping)?.[first]?.[second],
      imported: (exportName) => this.#imported(stack, exportName),
      stackOutput: (output) => this.#stackOutput(stack, output),
    };
  }

  #parameter(stack: AssemblyStack, name: string): unknown {
    const { Type: type = '', Default: standard } = stack.parameters.get(name) ?? {};
    // Such a default names a parameter in Systems Manager, which is not here.
    if (type.startsWith('AWS::SSM::')) return undefined;
    const value = this.#givenByParent(stack, name) ?? standard;
    const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
    return isList && typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
  }

  #givenByParent({ nestedIn }: AssemblyStack, name: string): unknown {
    if (nestedIn === undefined) return undefined;
    const { stack, logicalId } = nestedIn;
    const { Parameters } = stack.resources.get(logicalId)?.properties ?? {};
    const path = `Resources.${logicalId}.Properties.Parameters`;
    const given = (Parameters ?? {}) as Readonly<Record<string, unknown>>;
    return resolve(given[name], `${path}.${name}`, this.in(stack));
  }

  #imported(from: AssemblyStack, exportName: string): unknown {
    for (const stack of this.#nearestFirst(from)) {
      for (const [name, { Value, Export }] of stack.outputs) {
        if (Export === undefined || this.#exportName(stack, Export.Name) !== exportName) continue;
        return resolve(Value, `${stack.name}.Outputs.${name}`, this.in(stack));
      }
    }
    return undefined;
  }

  #exportName(stack: AssemblyStack, name: unknown): unknown {
    try {
      return resolve(name, 'Export.Name', this.in(stack));
    } catch {
      // An export whose name depends on something that is not here.
      return undefined;
    }
  }

  #stackOutput(from: AssemblyStack, { stackName, outputName, region = from.region }: StackOutput): unknown {
    const stack = this.#nearestFirst(from).find(
      (other) =>
        other.nestedIn === undefined &&
        other.stackName === stackName &&
        (region === undefined || other.region === undefined || other.region === region),
    );
    return stack === undefined ? undefined : this.#output(stack, outputName);
  }

  #output(stack: AssemblyStack, name: string): unknown {
    const output = stack.outputs.get(name);
    return output && resolve(output.Value, `${stack.name}.Outputs.${name}`, this.in(stack));
  }

  /** Stacks of the same stage first: stages may have stacks of the same name. */
  #nearestFirst({ stageDirectory }: AssemblyStack): AssemblyStack[] {
    const { stacks } = this.#settings.assembly;
    const isNear = (stack: AssemblyStack) => stack.stageDirectory === stageDirectory;
    return [...stacks.filter(isNear), ...stacks.filter((stack) => !isNear(stack))];
  }

  #attribute(stack: AssemblyStack, logicalId: string, attribute: string | undefined): unknown {
    const nested = stack.nested.get(logicalId);
    if (nested !== undefined && attribute?.startsWith('Outputs.')) {
      return this.#output(nested, attribute.slice('Outputs.'.length));
    }
    const resource = stack.resources.get(logicalId);
    if (resource === undefined) return undefined;
    const { endpoints, isRun, onCreatedResource } = this.#settings;
    if ((CREATED_TYPES as readonly string[]).includes(resource.type)) {
      const value = createdValue(
        `${resource.type}.${attribute ?? 'Ref'}`,
        physicalName(stack, logicalId),
        endpoints,
      );
      if (value !== undefined) onCreatedResource(stack, logicalId);
      return value;
    }
    const pipeline = resource.mark && pipelineName(stack, resource.mark);
    if (pipeline === undefined || !isRun(pipeline)) return undefined;
    return runValue(`${resource.type}.${attribute ?? 'Ref'}`, logicalId, {
      name: physicalName(stack, logicalId),
      apiUrl: endpoints.api(pipeline),
    });
  }
}

/** The name of a pipeline, unique in the app: `Shop/Callbacks`, `Beta/Shop/Callbacks` if stages share stack names. */
export function pipelineName({ name, stackName }: AssemblyStack, { pipeline }: ResourceMark): string {
  return name === stackName ? pipeline : `${name}${pipeline.slice(pipeline.indexOf('/'))}`;
}

function createdValue(reference: string, name: string, endpoints: Endpoints): string | undefined {
  switch (reference) {
    case 'AWS::DynamoDB::GlobalTable.Arn':
    case 'AWS::DynamoDB::Table.Arn':
      return arn('dynamodb', `table/${name}`);
    case 'AWS::S3::Bucket.Arn':
      return `arn:aws:s3:::${name}`;
    case 'AWS::S3::Bucket.DomainName':
    case 'AWS::S3::Bucket.DualStackDomainName':
    case 'AWS::S3::Bucket.RegionalDomainName':
      // A real domain name would lead to AWS, and to a bucket that is somebody else's.
      return `${new URL(endpoints.s3).host}/${name}`;
    case 'AWS::SNS::Topic.Ref':
    case 'AWS::SNS::Topic.TopicArn':
      return arn('sns', name);
    case 'AWS::SQS::Queue.Arn':
      return arn('sqs', name);
    case 'AWS::SQS::Queue.QueueUrl':
    case 'AWS::SQS::Queue.Ref':
      return queueUrl(endpoints, name);
    case 'AWS::SecretsManager::Secret.Id':
    case 'AWS::SecretsManager::Secret.Ref':
      return arn('secretsmanager', `secret:${name}`);
    case 'AWS::DynamoDB::GlobalTable.Ref':
    case 'AWS::DynamoDB::Table.Ref':
    case 'AWS::S3::Bucket.Ref':
    case 'AWS::SNS::Topic.TopicName':
    case 'AWS::SQS::Queue.QueueName':
      return name;
    default:
      return undefined;
  }
}

/** The values of what the local stack itself runs. */
function runValue(
  reference: string,
  logicalId: string,
  { name, apiUrl }: { readonly name: string; readonly apiUrl: string },
): string | undefined {
  switch (reference) {
    case 'AWS::ApiGatewayV2::Api.Ref':
      return API_ID;
    case 'AWS::ApiGatewayV2::Api.ApiEndpoint':
      return apiUrl;
    case 'AWS::ApiGatewayV2::Authorizer.Ref':
    case 'AWS::ApiGatewayV2::Integration.Ref':
      return logicalId;
    case 'AWS::Lambda::Function.Arn':
      return arn('lambda', `function:${name}`);
    case 'AWS::Lambda::Function.Ref':
      return name;
    default:
      return undefined;
  }
}

export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;
}

export function queueUrl(endpoints: Endpoints, name: string): string {
  return `${endpoints.sqs}/${ACCOUNT_ID}/${name}`;
}

/** The engines ask for credentials and look at none. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;
