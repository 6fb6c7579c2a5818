import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FunctionDescription } from '../../local/app-description.ts';
import { functionEnvironment } from '../../local/function-environment.ts';
import type { FromHost } from './host-protocol.ts';

export interface FunctionProcess {
  invoke(event: unknown): Promise<FromHost>;
  /** The lines that it has logged since they were taken last. */
  takeLines(): string[];
  stop(): Promise<void>;
}

/** A process of a function as the template describes it, on services at `awsUrl`. */
export function startFunction(fn: FunctionDescription, awsUrl: string): FunctionProcess {
  const endpoints = { sqs: awsUrl, dynamodb: awsUrl, secretsManager: awsUrl, s3: awsUrl, sns: awsUrl };
  const child = fork(join(import.meta.dirname, 'function-host.ts'), [join(fn.codeDirectory, 'index.js')], {
    env: functionEnvironment(fn, endpoints),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return {
    async invoke(event) {
      const answered = once(child, 'message');
      child.send({ event, remainingMs: fn.timeoutSeconds * 1_000 });
      const [answer] = await Promise.race([
        answered,
        ended.then(([code]) => Promise.reject(new Error(`${fn.name} ended with ${code}`))),
      ]);
      return answer as FromHost;
    },
    takeLines() {
      const whole = output.slice(0, output.lastIndexOf('\n') + 1);
      output = output.slice(whole.length);
      return whole.split('\n').filter((line) => line !== '');
    },
    async stop() {
      child.disconnect();
      await ended;
    },
  };
}
