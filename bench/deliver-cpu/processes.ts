import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ENVIRONMENT } from '../../lambda/contract/variables.ts';
import { pipelineSettings } from '../../lib/pipeline-settings.ts';
import { settingVariables } from '../../lib/setting-variables.ts';
import type { StubEngine } from '../stub-engine/start.ts';
import { BATCH_SIZE, type Cost } from './posts.ts';

export interface Receiver {
  readonly url: string;
  stop(): void;
}

/** A receiver of callbacks in a process of its own. */
export async function startReceiver(): Promise<Receiver> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'receiver.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  return { url: JSON.parse(line).url, stop: () => child.stdin.end() };
}

/** A process that POSTs batches when it is told to. */
export interface Poster {
  /** CPU time of the whole process for each callback, in microseconds. */
  post(batches: number): Promise<number>;
  /** Resolves when its process has ended. */
  stop(): Promise<void>;
}

const LIMIT_MS = 120_000;

/** The shipped bundle. */
export function startDeliver(bundle: string, stub: StubEngine, execArgv: readonly string[]): Poster {
  return poster('deliver-process.ts', bundle, environment(stub), execArgv);
}

/** What does nothing but the ledger's write of a delivered callback: `bundleCalls` makes it. */
export function startCalls(bundle: string, stub: StubEngine): Poster {
  return poster(bundle, '', environment(stub), []);
}

/** What does nothing but POST. There must have been a callback already: it sends the same. */
export function startBare(receiver: Receiver): Poster {
  return poster('bare-process.ts', receiver.url, {}, []);
}

/** @param program a file, of this folder where it has no path of its own */
function poster(
  program: string,
  argument: string,
  env: Record<string, string>,
  execArgv: readonly string[],
): Poster {
  const child: ChildProcess = fork(resolve(import.meta.dirname, program), [argument], {
    env,
    execArgv: [...execArgv],
    // Lines are written as in Lambda, and read by nobody.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exit = once(child, 'exit');
  return {
    async post(batches) {
      const given = new AbortController();
      const limit = setTimeout(() => given.abort(), LIMIT_MS);
      void exit.then(() => given.abort());
      child.send(batches);
      const [{ cpuMs }]: [Cost] = (await once(child, 'message', { signal: given.signal })) as [Cost];
      clearTimeout(limit);
      return (cpuMs * 1_000) / (batches * BATCH_SIZE);
    },
    async stop() {
      if (child.connected) child.disconnect();
      await exit;
    },
  };
}

const SETTINGS = pipelineSettings({ allowedCallbackCidrs: ['127.0.0.0/8'] });

function environment(stub: StubEngine): Record<string, string> {
  return {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    // As Lambda's are: they go into each signature and header.
    AWS_SESSION_TOKEN: 'bench'.repeat(150),
    AWS_ENDPOINT_URL: stub.url,
    AWS_LAMBDA_FUNCTION_NAME: 'deliver',
    TZ: ':UTC',
    ...Object.fromEntries(Object.values(ENVIRONMENT).map((name) => [name, '1'])),
    ...Object.fromEntries(settingVariables('deliver', SETTINGS)),
    [ENVIRONMENT.tasksQueueUrl]: stub.queueUrl('tasks'),
    [ENVIRONMENT.callbacksQueueUrl]: stub.queueUrl('callbacks'),
    [ENVIRONMENT.deadLetterQueueUrl]: stub.queueUrl('dlq'),
    [ENVIRONMENT.masterSecretArn]: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:master',
    [ENVIRONMENT.apiUrl]: 'https://api.example.com',
    [ENVIRONMENT.maxReceiveCount]: '10',
    [ENVIRONMENT.metricsNamespace]: 'CallbackCompletion/Bench',
  };
}
