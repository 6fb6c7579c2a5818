// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CloudFormation's own placeholders
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'local-stack-'));
}

/**
 * Writes a cloud assembly as `cdk synth` lays it out.
 *
 * @param functions logical id → source of its `index.js`; the template refers to it with `code(logicalId)`
 */
export function writeAssembly(
  resources: Readonly<Record<string, unknown>>,
  functions: Readonly<Record<string, string>> = {},
  outputs: Readonly<Record<string, unknown>> = {},
): string {
  const directory = temporaryDirectory();
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
  const manifest = {
    artifacts: {
      'Test.assets': { type: 'cdk:asset-manifest', properties: { file: 'Test.assets.json' } },
      Test: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Test.template.json' } },
    },
  };
  const write = (file: string, content: unknown) =>
    writeFileSync(join(directory, file), JSON.stringify(content));
  write('manifest.json', manifest);
  write('Test.assets.json', { files });
  write('Test.template.json', { Resources: resources, Outputs: outputs });
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
