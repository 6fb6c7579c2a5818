import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { RESOURCE_MARK, type ResourceMark } from '../lambda/contract/resource-mark.ts';
import { SynthesisError } from './synthesize.ts';
import { readTemplate, type Template } from './template.ts';

/** A resource of a CloudFormation template, as synthesized. */
export interface TemplateResource {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Name of the condition on which the resource exists. */
  readonly condition: string | undefined;
  /** Undefined for a resource that belongs to no pipeline. */
  readonly mark: ResourceMark | undefined;
}

/** A stack of the app, or one that is nested in it. */
export interface AssemblyStack extends Omit<Template, 'resources'> {
  /** Unique in the app. The name under which it is deployed or, if stages share that, its path: `Beta/Shop`. */
  readonly name: string;
  /** What local names of its resources begin with. Unique in the app. */
  readonly prefix: string;
  /** CloudFormation's name. */
  readonly stackName: string;
  /** Undefined if the app does not name it. */
  readonly region: string | undefined;
  /** Folder of the stage's assembly. A reference by name means a stack of the same stage, if there is one. */
  readonly stageDirectory: string;
  /** The stack that this one is nested in, and its resource there. */
  readonly nestedIn: { readonly stack: AssemblyStack; readonly logicalId: string } | undefined;
  /** Logical id of the resource → nested stack. */
  readonly nested: ReadonlyMap<string, AssemblyStack>;
  /** Logical id → resource. */
  readonly resources: ReadonlyMap<string, TemplateResource>;
  /** Folder of a function's bundled code, by the object key that the template gives it in the asset bucket. */
  assetDirectory(objectKey: string): string;
}

/** What `cdk synth` made of the app: the stacks of all stages, also the nested ones, and the assets. */
export interface Assembly {
  readonly stacks: readonly AssemblyStack[];
}

const manifestSchema = z.object({
  artifacts: z
    .record(
      z.string(),
      z.object({
        type: z.string(),
        environment: z.string().optional(),
        displayName: z.string().optional(),
        properties: z
          .object({
            templateFile: z.string().optional(),
            stackName: z.string().optional(),
            file: z.string().optional(),
            directoryName: z.string().optional(),
          })
          .optional(),
      }),
    )
    .default({}),
});

const assetsSchema = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .default({}),
});

/** A stack that the manifest of a stage lists. */
interface StackArtifact {
  readonly stackName: string;
  /** Unique in the app: `Beta/Shop`. */
  readonly path: string;
  readonly region: string | undefined;
  readonly templateFile: string;
  readonly stage: Stage;
}

interface Stage {
  readonly directory: string;
  /** Object key in the asset bucket → path. */
  readonly assets: ReadonlyMap<string, string>;
}

/**
 * Reads a cloud assembly: the stacks of the app and of its stages, with the stacks that are nested in them.
 *
 * @param directory where `cdk synth` put it (`cdk.out`)
 * @throws SynthesisError if there is no assembly
 */
export function readAssembly(directory: string): Assembly {
  if (!existsSync(join(directory, 'manifest.json'))) {
    throw new SynthesisError(
      'The "app" command of cdk.json ended without an error, but wrote no cloud assembly. Name the command that runs your CDK app, and create its App without `outdir`.',
    );
  }
  const artifacts = stackArtifacts(directory);
  return {
    stacks: artifacts.flatMap((artifact) => {
      const { stackName, path } = artifact;
      const isShared = artifacts.filter((other) => other.stackName === stackName).length > 1;
      return withNested(readStack(artifact, isShared ? path : stackName));
    }),
  };
}

function readJson(directory: string, file: string): unknown {
  return JSON.parse(readFileSync(join(directory, file), 'utf8'));
}

function stackArtifacts(directory: string): StackArtifact[] {
  const { artifacts } = manifestSchema.parse(readJson(directory, 'manifest.json'));
  const assets = new Map<string, string>();
  const stage = { directory, assets };
  // Stages come after the stacks that are the app's own.
  const isStage = ([, { type }]: readonly [string, { readonly type: string }]) =>
    type === 'cdk:cloud-assembly';
  const ordered = Object.entries(artifacts).sort((a, b) => Number(isStage(a)) - Number(isStage(b)));
  return ordered.flatMap(([id, { type, environment, displayName, properties = {} }]) => {
    const { templateFile = `${id}.template.json`, stackName = id, file, directoryName } = properties;
    if (type === 'cdk:asset-manifest' && file !== undefined) addAssets(stage, assets, file);
    if (type === 'cdk:cloud-assembly' && directoryName !== undefined) {
      return stackArtifacts(join(directory, directoryName));
    }
    if (type !== 'aws:cloudformation:stack') return [];
    const region = environment?.split('/').at(-1);
    const named = region === 'unknown-region' ? undefined : region;
    return [{ stackName, path: displayName ?? id, region: named, templateFile, stage }];
  });
}

function addAssets({ directory }: Stage, assets: Map<string, string>, manifest: string): void {
  const { files } = assetsSchema.parse(readJson(directory, manifest));
  for (const { source, destinations } of Object.values(files)) {
    if (source.path === undefined) continue;
    for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, source.path);
  }
}

function readStack({ stackName, region, templateFile, stage }: StackArtifact, name: string): AssemblyStack {
  return stackFrom(readJson(stage.directory, templateFile), stage, {
    name,
    prefix: name.replaceAll('/', '-'),
    stackName,
    region,
    nestedIn: undefined,
  });
}

function stackFrom(
  json: unknown,
  { directory, assets }: Stage,
  about: Pick<AssemblyStack, 'name' | 'prefix' | 'stackName' | 'region' | 'nestedIn'>,
): AssemblyStack {
  const template = readTemplate(json);
  const resources = new Map(
    [...template.resources].map(([id, { Type, Properties, Condition, Metadata }]) => [
      id,
      { type: Type, properties: Properties, condition: Condition, mark: markIn(Metadata[RESOURCE_MARK]) },
    ]),
  );
  const nested = new Map<string, AssemblyStack>();
  const stack: AssemblyStack = {
    ...template,
    ...about,
    stageDirectory: directory,
    resources,
    nested,
    assetDirectory(objectKey) {
      const path = assets.get(objectKey);
      if (path === undefined) throw new Error(`${directory}: no asset has the object key ${objectKey}`);
      return join(directory, path);
    },
  };
  for (const [logicalId, { type, properties }] of resources) {
    if (type !== 'AWS::CloudFormation::Stack') continue;
    const file = nestedTemplateFile(properties.TemplateURL, assets);
    // A template that is not the app's own, or not JSON, has no construct of ours in it.
    if (file === undefined || !file.endsWith('.json') || !existsSync(join(directory, file))) continue;
    const prefix = `${stack.prefix}-${withoutRepetition(logicalId)}`;
    const nestedIn = { stack, logicalId };
    const stage = { directory, assets };
    nested.set(logicalId, stackFrom(readJson(directory, file), stage, { ...about, prefix, nestedIn }));
  }
  return stack;
}

const markSchema = z.object({ pipeline: z.string(), part: z.string() });

function markIn(metadata: unknown): ResourceMark | undefined {
  return markSchema.safeParse(metadata).data;
}

/** The URL of a nested stack's template ends with its object key in the asset bucket. */
function nestedTemplateFile(url: unknown, assets: ReadonlyMap<string, string>): string | undefined {
  const text = JSON.stringify(url) ?? '';
  return [...assets].find(([objectKey]) => text.includes(objectKey))?.[1];
}

/** `StorageNestedStackStorageNestedStackResource0A1B2C3D` → `Storage0A1B2C3D`. */
function withoutRepetition(logicalId: string): string {
  return logicalId.replace(/^(.+)NestedStack\1NestedStackResource/, '$1');
}

function withNested(stack: AssemblyStack): AssemblyStack[] {
  return [stack, ...[...stack.nested.values()].flatMap(withNested)];
}
