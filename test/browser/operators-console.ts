/** The console of a stack on AWS, with the local stack's engines in AWS's place. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readEndpoints } from '../../local/endpoints-file.ts';
import { stackOutputs } from '../support/stack-outputs.ts';
import { startScript } from './child-process.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const CLI = join(REPOSITORY, 'cli', 'main.ts');

export interface OperatorsConsole {
  /** Without a trailing slash. */
  readonly url: string;
  /** As it is printed, with the token. */
  readonly address: string;
  stop(): Promise<void>;
}

/** `npm run console -- --outputs FILE`; CloudWatch lets nobody in. */
export async function startOperatorsConsole(state: string): Promise<OperatorsConsole> {
  const endpoints = readEndpoints(state);
  const [pipeline] = endpoints?.pipelines ?? [];
  if (endpoints === undefined || pipeline === undefined)
    throw new Error(`no local stack runs with its state in ${state}`);
  const { engines } = endpoints;
  const outputs = join(state, 'outputs.json');
  writeFileSync(outputs, stackOutputs('https://abc123.execute-api.eu-central-1.amazonaws.com', pipeline));
  const cloudwatch = createServer((_, response) => {
    const refusal = { __type: 'AccessDeniedException', message: 'not yours' };
    response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify(refusal));
  });
  await new Promise<void>((resolve) => cloudwatch.listen(0, '127.0.0.1', resolve));
  const { port } = cloudwatch.address() as AddressInfo;
  const { match, stop } = await startScript(
    [CLI, 'console', '--outputs', outputs, '--port', '0'],
    /(http:\/\/127\.0\.0\.1:\d+)\/#token=\S+/,
    {
      // Its form offers the tasks of this folder.
      cwd: REPOSITORY,
      env: {
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'AKIATEST',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL_SQS: engines.sqs,
        AWS_ENDPOINT_URL_DYNAMODB: engines.dynamodb,
        AWS_ENDPOINT_URL_CLOUDWATCH: `http://127.0.0.1:${port}`,
      },
    },
  );
  const [address, url = ''] = match;
  return {
    url,
    address,
    stop: async () => {
      await stop();
      cloudwatch.closeAllConnections();
      cloudwatch.close();
    },
  };
}
