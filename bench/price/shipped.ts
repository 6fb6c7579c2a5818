import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionDescription, StackDescription } from '../../local/app-description.ts';
import { readAssembly } from '../../local/assembly.ts';
import { describeStack } from '../../local/describe-stack.ts';
import { synthesize } from '../../local/synthesize.ts';

/** Where the API would be; nothing asks there. */
const API_URL = 'https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com';

/** The stack as it is deployed, bundles and all, on services at `awsUrl`. */
export interface Shipped {
  readonly description: StackDescription;
  /** What API Gateway writes for each request, with its variables in place. */
  readonly accessLogFormat: string;
  functionOf(stage: 'Submit' | 'Run' | 'Deliver'): FunctionDescription;
  queueUrl(name: 'Tasks' | 'Callbacks'): string;
  remove(): void;
}

export async function shipped(awsUrl: string): Promise<Shipped> {
  const folder = mkdtempSync(join(tmpdir(), 'price-'));
  await synthesize(folder, { runBatchSize: '10', allowedCallbackCidrs: '127.0.0.0/8' });
  const assembly = readAssembly(folder);
  const description = describeStack(assembly, { api: API_URL, s3: awsUrl, sqs: awsUrl });
  const stage = [...assembly.resources.values()].find(({ type }) => type === 'AWS::ApiGatewayV2::Stage');
  if (stage === undefined) throw new Error('the template has no stage of an HTTP API');
  const { Format } = stage.properties.AccessLogSettings as { readonly Format: string };
  return {
    description,
    accessLogFormat: Format,
    functionOf: (name) => found(description.functions, new RegExp(`^Pipeline${name}Function`)),
    queueUrl: (name) => found(description.queues, new RegExp(`^Pipeline${name}Queue`)).url,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function found<T extends { readonly logicalId: string }>(all: readonly T[], name: RegExp): T {
  const one = all.find(({ logicalId }) => name.test(logicalId));
  if (one === undefined) throw new Error(`the template has nothing like ${name}`);
  return one;
}
