import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionName } from '../../lambda/contract/settings.ts';
import { dynamoLedger } from '../../lambda/ledger/dynamo-ledger.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import { readAssembly } from '../../local/assembly.ts';
import { describeApp } from '../../local/describe-app.ts';
import { writeEndpoints } from '../../local/endpoints-file.ts';
import { type EngineEndpoints, startEngines } from '../../local/engines.ts';
import { functionEnvironment } from '../../local/function-environment.ts';
import { reachableAt } from '../../local/local-pipeline.ts';
import { StateDirectory } from '../../local/state-directory.ts';
import { httpEvent, recordOf, sqsEvent } from '../support/lambda-events.ts';
import { eventually } from '../support/pipeline.ts';
import { RuntimeEnvironment } from './runtime-environment.ts';

const API_URL = 'https://api.example.com';

/** Queues with a function that consumes them. */
const CONSUMERS = { tasks: 'run', callbacks: 'deliver' } as const;
type Queue = keyof typeof CONSUMERS;

/** The pipeline's queues, ledger and secret on embedded engines; its functions under AWS's runtime client. */
export interface RuntimeStack {
  /** The state folder, as `ops --state` takes it. */
  readonly state: string;
  readonly endpoints: EngineEndpoints;
  /** Lines that functions wrote. */
  readonly log: readonly string[];
  /** @param endpoints where the function calls the engines; default: the engines themselves */
  start(part: FunctionName, endpoints?: EngineEndpoints): Promise<RuntimeEnvironment>;
  /** Submits a task by that environment of submit, and returns its id. */
  submit(submit: RuntimeEnvironment, body: object): Promise<string>;
  /** Has that environment handle the next message of the queue, and deletes the message if it is acknowledged. If the function fails, the message is visible again at once. */
  handleNext(queue: Queue, consumer: RuntimeEnvironment): Promise<unknown>;
  entry(taskId: string): Promise<Entry>;
  stop(): Promise<void>;
}

export async function startRuntimeStack(assemblyDirectory: string): Promise<RuntimeStack> {
  const folder = mkdtempSync(join(tmpdir(), 'runtime-stack-'));
  const state = new StateDirectory(folder);
  const engines = await startEngines(state);
  const { endpoints, sqs, dynamodb } = engines;
  const description = describeApp(readAssembly(assemblyDirectory), {
    api: () => API_URL,
    s3: endpoints.s3,
    sqs: endpoints.sqs,
  });
  await engines.create(description);
  const [pipeline] = description.pipelines;
  if (pipeline === undefined) throw new Error('The app has no pipeline.');
  const reachable = reachableAt(API_URL, pipeline);
  writeEndpoints(folder, { engines: endpoints, pipelines: [reachable] });
  const urls = { tasks: reachable.queueUrls.tasks ?? '', callbacks: reachable.queueUrls.callbacks ?? '' };
  const ledger = dynamoLedger(dynamodb.client, reachable.ledgerTable ?? '');
  const environments: RuntimeEnvironment[] = [];
  const log: string[] = [];

  return {
    state: folder,
    endpoints,
    log,

    async start(part, reached = endpoints) {
      const found = pipeline.functions.find((fn) => fn.part === part);
      if (found === undefined) throw new Error(`The pipeline has no function ${part}.`);
      // The SDK sends a request to the host of the queue's URL.
      const moved = Object.entries(found.environment).map(([name, value]) => [
        name,
        value.replace(endpoints.sqs, reached.sqs),
      ]);
      const variables = functionEnvironment({ ...found, environment: Object.fromEntries(moved) }, reached);
      const onLogLine = (line: string) => log.push(line);
      const environment = await RuntimeEnvironment.start({ description: found, variables, onLogLine });
      environments.push(environment);
      return environment;
    },

    async submit(submit, body) {
      const answer = await submit.invoke(httpEvent('POST /api/tasks', { body: JSON.stringify(body) }));
      const { statusCode, body: text = '' } = answer as { statusCode: number; body?: string };
      if (statusCode !== 202) throw new Error(`The task was answered ${statusCode}: ${text}`);
      return (JSON.parse(text) as { task_id: string }).task_id;
    },

    async handleNext(queue, consumer) {
      const message = await eventually(async () => {
        const [received] = await sqs.receive(urls[queue], 1, false);
        if (received === undefined) throw new Error(`The ${queue} queue has no message.`);
        return received;
      });
      const answer = await consumer.invoke(sqsEvent(recordOf(message))).catch(async (error: Error) => {
        // Its visibility timeout is longer than a test.
        const { ReceiptHandle } = message;
        await sqs.call('ChangeMessageVisibility', {
          QueueUrl: urls[queue],
          ReceiptHandle,
          VisibilityTimeout: 0,
        });
        throw error;
      });
      const { batchItemFailures } = answer as { batchItemFailures: readonly unknown[] };
      if (batchItemFailures.length === 0) await sqs.delete(urls[queue], [message]);
      return answer;
    },

    async entry(taskId) {
      const entry = await ledger.read(taskId);
      if (entry === undefined) throw new Error(`The ledger has no task ${taskId}.`);
      return entry;
    },

    async stop() {
      await Promise.all(environments.map((environment) => environment.stop()));
      await engines.stop();
      state.release();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
