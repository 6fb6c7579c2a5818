import * as z from 'zod';
import type {
  BucketDescription,
  QueueDescription,
  SecretDescription,
  TableDescription,
  TopicDescription,
} from './app-description.ts';
import type { AssemblyStack } from './assembly.ts';
import { describeSecret } from './describe-secrets.ts';
import { describeTable } from './describe-table.ts';
import { PropertyReader } from './property-reader.ts';
import {
  arn,
  CannotCreateError,
  type Endpoints,
  givenName,
  physicalName,
  queueUrl,
  References,
  type ReferencesSettings,
} from './references.ts';

/** Collects the resources that the engines create: each once, and after those that it refers to. */
export class CreatedResources {
  /** Adds what is referred to. */
  readonly references: References;
  readonly queues: QueueDescription[] = [];
  readonly topics: TopicDescription[] = [];
  readonly buckets: BucketDescription[] = [];
  readonly tables: TableDescription[] = [];
  readonly secrets: SecretDescription[] = [];
  readonly #endpoints: Endpoints;
  readonly #stacks: readonly AssemblyStack[];
  /** Stack → logical ids. */
  readonly #added = new Map<AssemblyStack, Set<string>>();
  /** Types and names. */
  readonly #names = new Set<string>();

  constructor(settings: Omit<ReferencesSettings, 'onCreatedResource'>) {
    this.#endpoints = settings.endpoints;
    this.#stacks = settings.assembly.stacks;
    this.references = new References({
      ...settings,
      onCreatedResource: (stack, logicalId) => this.add(stack, logicalId),
    });
  }

  /**
   * Adds a resource, and what it refers to. Does nothing for a resource that the engines do not create.
   *
   * @throws CannotCreateError if a property of it cannot be used here
   */
  add(stack: AssemblyStack, logicalId: string): void {
    const added = this.#added.get(stack) ?? new Set();
    this.#added.set(stack, added);
    const resource = stack.resources.get(logicalId);
    if (resource === undefined || added.has(logicalId)) return;
    added.add(logicalId);
    const name = physicalName(stack, logicalId);
    // Stages may give one name to resources of several accounts. The engines have one account.
    if (this.#names.has(`${resource.type} ${name}`)) return;
    try {
      const read = new PropertyReader(logicalId, resource, this.references.in(stack));
      this.#describe(resource.type, read, { logicalId, name });
      this.#names.add(`${resource.type} ${name}`);
    } catch (error) {
      // Whatever else refers to it shall meet the same error.
      added.delete(logicalId);
      throw new CannotCreateError((error as Error).message, { cause: error });
    }
  }

  /** Adds the resource that the app itself names so, if there is one: references to other regions are such texts. */
  addNamed(name: string): void {
    for (const stack of this.#stacks) {
      for (const [logicalId, resource] of stack.resources) {
        if (givenName(resource) === name) this.add(stack, logicalId);
      }
    }
  }

  #describe(
    type: string,
    read: PropertyReader,
    { logicalId, name }: { readonly logicalId: string; readonly name: string },
  ): void {
    switch (type) {
      case 'AWS::DynamoDB::GlobalTable':
      case 'AWS::DynamoDB::Table':
        this.tables.push(describeTable(read, logicalId, name));
        return;
      case 'AWS::S3::Bucket':
        this.buckets.push({ logicalId, name });
        return;
      case 'AWS::SNS::Topic':
        this.topics.push({ logicalId, name, attributes: topicAttributes(read) });
        return;
      case 'AWS::SQS::Queue':
        this.queues.push({
          logicalId,
          name,
          arn: arn('sqs', name),
          url: queueUrl(this.#endpoints, name),
          attributes: queueAttributes(read),
        });
        return;
      case 'AWS::SecretsManager::Secret':
        this.secrets.push(describeSecret(read, logicalId, name));
        return;
    }
  }
}

const QUEUE_NUMBERS = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
];

function queueAttributes(read: PropertyReader): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const name of QUEUE_NUMBERS) {
    const value = read.property(name, z.number().optional());
    if (value !== undefined) attributes[name] = String(value);
  }
  for (const name of ['FifoQueue', 'ContentBasedDeduplication']) {
    if (read.property(name, z.boolean().default(false))) attributes[name] = 'true';
  }
  for (const name of ['DeduplicationScope', 'FifoThroughputLimit']) {
    const value = read.property(name, z.string().optional());
    if (value !== undefined) attributes[name] = value;
  }
  const redrive = read.property(
    'RedrivePolicy',
    z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }).optional(),
  );
  if (redrive !== undefined) attributes.RedrivePolicy = JSON.stringify(redrive);
  return attributes;
}

function topicAttributes(read: PropertyReader): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const name of ['FifoTopic', 'ContentBasedDeduplication']) {
    if (read.property(name, z.boolean().default(false))) attributes[name] = 'true';
  }
  return attributes;
}
