// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CloudFormation's own placeholders
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'local-stack-'));
}

const KEYS = {
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
};

/** What every pipeline has, whatever a test is about. */
export const PIPELINE_RESOURCES = {
  DeadLetters: { Type: 'AWS::SQS::Queue' },
  Tasks: { Type: 'AWS::SQS::Queue' },
  Callbacks: { Type: 'AWS::SQS::Queue' },
  Ledger: { Type: 'AWS::DynamoDB::Table', Properties: KEYS },
  MasterSecret: {
    Type: 'AWS::SecretsManager::Secret',
    Properties: {
      GenerateSecretString: {
        SecretStringTemplate: '{}',
        GenerateStringKey: 'current',
        PasswordLength: 64,
        ExcludePunctuation: true,
      },
    },
  },
} as const;

/** Types of resources that are the pipeline's, whatever their logical id. */
const PIPELINE_TYPES = /^AWS::(Lambda|ApiGatewayV2|Events)::/;

const FUNCTION_IDS = ['Submit', 'Run', 'Deliver', 'Wake', 'TaskStatus', 'CompleteTask', 'Authorize'];

type Entries = Readonly<Record<string, unknown>>;

/**
 * Writes a cloud assembly as `cdk synth` lays it out, with one stack, which is called Test, and one pipeline. Functions,
 * APIs, mappings and rules are marked as the pipeline's own; other resources are the app's.
 *
 * @param functions logical id → source of its `index.js`; the template refers to it with `code(logicalId)`
 */
export function writeAssembly(resources: Entries, functions: Readonly<Record<string, string>> = {}): string {
  return writeTemplate({ Resources: markedResources(resources) }, functions);
}

/** Adds what every pipeline has, and the marks. */
export function markedResources(resources: Entries, pipeline = 'Test/Pipeline'): Entries {
  const marked = Object.entries({ ...PIPELINE_RESOURCES, ...resources }).map(([logicalId, resource]) => {
    const { Type, Metadata } = resource as { readonly Type: string; readonly Metadata?: unknown };
    const isOwn = logicalId in PIPELINE_RESOURCES || PIPELINE_TYPES.test(Type);
    if (!isOwn || Metadata !== undefined) return [logicalId, resource];
    const part = Type !== 'AWS::Lambda::Function' || FUNCTION_IDS.includes(logicalId) ? logicalId : 'Submit';
    return [logicalId, { ...(resource as object), ...markOf(pipeline, part) }];
  });
  return Object.fromEntries(marked);
}

/** Metadata that marks a resource as a part of a pipeline. @param id of the part's construct */
export function markOf(pipeline: string, id: string): { readonly Metadata: object } {
  const part = id.replaceAll(/\B[A-Z]/g, '-$&').toLowerCase();
  return { Metadata: { 'callback-completion': { pipeline, part } } };
}

/** Writes a cloud assembly of one stack, which is called Test. */
export function writeTemplate(template: Entries, functions: Readonly<Record<string, string>> = {}): string {
  return writeStacks({ Test: { template } }, functions);
}

export interface WrittenStack {
  readonly template: Entries;
  /** @default - the artifact's id */
  readonly stackName?: string;
  /** @default 'unknown-region' */
  readonly region?: string;
}

/**
 * Writes a cloud assembly of several stacks.
 *
 * @param stacks by the ids of their artifacts
 */
export function writeStacks(
  stacks: Readonly<Record<string, WrittenStack>>,
  functions: Readonly<Record<string, string>> = {},
): string {
  const directory = temporaryDirectory();
  const write = (file: string, content: unknown) =>
    writeFileSync(join(directory, file), JSON.stringify(content));
  const files: Record<string, unknown> = {};
  for (const [logicalId, source] of Object.entries(functions)) {
    const asset = `asset.${logicalId}`;
    mkdirSync(join(directory, asset));
    writeFileSync(join(directory, asset, 'index.js'), source);
    writeFileSync(join(directory, asset, 'package.json'), '{"type":"commonjs"}');
    files[logicalId] = {
      source: { path: asset, packaging: 'zip' },
      destinations: { current: { bucketName: 'assets', objectKey: `${logicalId}.zip` } },
    };
  }
  const artifacts: Record<string, unknown> = {
    'Test.assets': { type: 'cdk:asset-manifest', properties: { file: 'Test.assets.json' } },
  };
  for (const [id, { template, stackName = id, region = 'unknown-region' }] of Object.entries(stacks)) {
    artifacts[id] = {
      type: 'aws:cloudformation:stack',
      environment: `aws://unknown-account/${region}`,
      properties: { templateFile: `${id}.template.json`, stackName },
      displayName: id,
    };
    write(`${id}.template.json`, template);
  }
  write('manifest.json', { artifacts });
  write('Test.assets.json', { files });
  return directory;
}

/** A function resource; `properties` are added to it. */
export function lambdaFunction(
  logicalId: string,
  properties: Readonly<Record<string, unknown>> = {},
): unknown {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: { S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}' }, S3Key: `${logicalId}.zip` },
      Handler: 'index.handler',
      Timeout: 10,
      MemorySize: 128,
      ...properties,
    },
  };
}

/** Resolves as soon as `look` returns something other than undefined. */
export async function eventually<T>(
  look: () => Promise<T | undefined> | T | undefined,
  withinMs = 10_000,
): Promise<T> {
  const endMs = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > endMs) throw new Error(`still nothing after ${withinMs} ms: ${look.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
