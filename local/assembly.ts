import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** A resource of a CloudFormation template, as synthesized. */
export interface TemplateResource {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What `cdk synth` made of the app: its one stack's template and the assets beside it. */
export interface Assembly {
  readonly stackName: string;
  /** Logical id → resource. */
  readonly resources: ReadonlyMap<string, TemplateResource>;
  /** Output name → its unresolved value. */
  readonly outputs: ReadonlyMap<string, unknown>;
  /** Folder of a function's bundled code, by the object key that the template gives it in the asset bucket. */
  assetDirectory(objectKey: string): string;
}

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z.object({ templateFile: z.string().optional(), file: z.string().optional() }).optional(),
    }),
  ),
});

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).default({}),
});

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/**
 * Reads a cloud assembly.
 *
 * @param directory where `cdk synth` put it (`cdk.out`)
 * @throws Error if it does not hold exactly one stack
 */
export function readAssembly(directory: string): Assembly {
  const readJson = (file: string): unknown => JSON.parse(readFileSync(join(directory, file), 'utf8'));

  const { artifacts } = manifestSchema.parse(readJson('manifest.json'));
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1) {
    const names = stacks.map(([name]) => name).join(', ') || 'none';
    throw new Error(`${directory}: the local stack runs an app of exactly one stack; found: ${names}`);
  }
  const [stackName, { properties }] = stack;
  const template = templateSchema.parse(readJson(properties?.templateFile ?? `${stackName}.template.json`));

  const assetPaths = new Map<string, string>();
  for (const { type, properties: manifest } of Object.values(artifacts)) {
    if (type !== 'cdk:asset-manifest' || manifest?.file === undefined) continue;
    for (const { source, destinations } of Object.values(assetsSchema.parse(readJson(manifest.file)).files)) {
      for (const { objectKey } of Object.values(destinations)) assetPaths.set(objectKey, source.path);
    }
  }

  return {
    stackName,
    resources: new Map(
      Object.entries(template.Resources).map(([id, { Type, Properties }]) => [
        id,
        { type: Type, properties: Properties },
      ]),
    ),
    outputs: new Map(Object.entries(template.Outputs).map(([id, { Value }]) => [id, Value])),
    assetDirectory(objectKey) {
      const path = assetPaths.get(objectKey);
      if (path === undefined) throw new Error(`${directory}: no asset has the object key ${objectKey}`);
      return join(directory, path);
    },
  };
}
