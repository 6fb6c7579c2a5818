import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { SETTING_VARIABLES } from '../../lambda/contract/setting-variables.ts';
import { ENVIRONMENT } from '../../lambda/contract/variables.ts';
import type { Bundles } from './bundles.ts';

export const KINDS = ['node', 'shipped', 'usual'] as const;
export type Kind = (typeof KINDS)[number];

/** One process, in milliseconds. */
export interface ColdStart {
  /** From its start to its end, as its parent sees it. */
  readonly processMs: number;
  /** From its first line to the bundle being loaded; 0 where there is none. */
  readonly importedMs: number;
  /** From its first line to the answer; 0 where there is none. */
  readonly handledMs: number;
}

const LIMIT_MS = 30_000;

/** Starts a process of a kind, lets it answer one request, and waits for its end. */
export async function coldStart(kind: Kind, bundles: Bundles, awsUrl: string): Promise<ColdStart> {
  const beganMs = performance.now();
  const child = spawn(process.execPath, program(kind, bundles), {
    env: environment(awsUrl),
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: LIMIT_MS,
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  const processMs = performance.now() - beganMs;
  if (kind === 'node') return { processMs, importedMs: 0, handledMs: 0 };
  const [, told] = /@(\{.*\})$/.exec(output) ?? [];
  if (told === undefined) throw new Error(`the ${kind} bundle told nothing: ${output.slice(0, 500)}`);
  const { importedMs, handledMs, statusCode } = JSON.parse(told);
  if (statusCode !== 202)
    throw new Error(`the ${kind} bundle answered ${statusCode}: ${output.slice(0, 500)}`);
  return { processMs, importedMs, handledMs };
}

function program(kind: Kind, { shipped, usual }: Bundles): string[] {
  if (kind === 'node') return ['-e', '0'];
  const load =
    kind === 'shipped' ? `require(${JSON.stringify(shipped)})` : `await import(${JSON.stringify(usual)})`;
  // Ended as soon as there is an answer: a kept connection would keep the process.
  const source = `
    const began = performance.now();
    const { handler } = ${load};
    const importedMs = performance.now() - began;
    const context = { getRemainingTimeInMillis: () => 10000, awsRequestId: 'one', functionName: 'submit' };
    handler(${JSON.stringify(EVENT)}, context).then(({ statusCode }) => {
      const handledMs = performance.now() - began;
      process.stdout.write('@' + JSON.stringify({ importedMs, handledMs, statusCode }), () => process.exit());
    });`;
  return kind === 'shipped' ? ['-e', source] : ['--input-type=module', '-e', source];
}

const EVENT = {
  version: '2.0',
  routeKey: 'POST /api/tasks',
  rawPath: '/api/tasks',
  headers: { 'content-type': 'application/json' },
  requestContext: {
    http: { method: 'POST', path: '/api/tasks' },
    authorizer: { iam: { accountId: '000000000000', userArn: 'arn:aws:iam::000000000000:user/bench' } },
  },
  body: '{"task_name":"generate-report","callback_url":"https://example.com/callback"}',
  isBase64Encoded: false,
};

function environment(awsUrl: string): Record<string, string> {
  return {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_ENDPOINT_URL: awsUrl,
    TZ: ':UTC', // as Lambda has it
    ...Object.fromEntries([...Object.values(ENVIRONMENT), ...SETTING_VARIABLES].map((name) => [name, '1'])),
    [ENVIRONMENT.tasksQueueUrl]: `${awsUrl}/000000000000/tasks`,
    [ENVIRONMENT.apiUrl]: 'https://api.example.com',
    CALLBACK_FORMAT: 'task',
    AUTH: 'iam',
    ALLOWED_CALLBACK_CIDRS: '',
    ALLOWED_CALLBACK_HOSTS: '*',
  };
}
