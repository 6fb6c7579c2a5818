import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppDescription, FunctionDescription, QueueUrls } from '../../local/app-description.ts';
import { readAssembly } from '../../local/assembly.ts';
import { describeApp } from '../../local/describe-app.ts';
import { synthesize } from '../../local/synthesize.ts';

/** Where the API would be; nothing asks there. */
const API_URL = 'https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com';

/** The stack as it is deployed, bundles and all, on services at `awsUrl`. */
export interface Shipped {
  readonly description: AppDescription;
  /** What API Gateway writes for each request, with its variables in place. */
  readonly accessLogFormat: string;
  functionOf(part: FunctionDescription['part']): FunctionDescription;
  readonly queueUrls: QueueUrls;
  remove(): void;
}

export async function shipped(awsUrl: string): Promise<Shipped> {
  const folder = mkdtempSync(join(tmpdir(), 'price-'));
  await synthesize({
    directory: folder,
    context: { runBatchSize: '10', allowedCallbackCidrs: '127.0.0.0/8' },
  });
  const assembly = readAssembly(folder);
  const description = describeApp(assembly, { api: () => API_URL, s3: awsUrl, sqs: awsUrl });
  const [pipeline] = description.pipelines;
  if (pipeline === undefined) throw new Error('the app has no pipeline');
  const resources = assembly.stacks.flatMap((stack) => [...stack.resources.values()]);
  const stage = resources.find(({ type }) => type === 'AWS::ApiGatewayV2::Stage');
  if (stage === undefined) throw new Error('the template has no stage of an HTTP API');
  const { Format } = stage.properties.AccessLogSettings as { readonly Format: string };
  return {
    description,
    accessLogFormat: Format,
    functionOf(part) {
      const found = pipeline.functions.find((fn) => fn.part === part);
      if (found === undefined) throw new Error(`the pipeline has no function ${part}`);
      return found;
    },
    queueUrls: pipeline.queueUrls,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
