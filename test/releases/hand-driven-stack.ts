import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { type AttributeValue, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { AppDescription, PipelineDescription } from '../../local/app-description.ts';
import { readAssembly } from '../../local/assembly.ts';
import { judgeBatch } from '../../local/batch-answer.ts';
import { describeApp } from '../../local/describe-app.ts';
import { writeEndpoints } from '../../local/endpoints-file.ts';
import { startEngines } from '../../local/engines.ts';
import { Functions } from '../../local/functions.ts';
import { Gateway } from '../../local/gateway.ts';
import { HttpServer } from '../../local/http-server.ts';
import { reachableAt } from '../../local/local-pipeline.ts';
import type { ReceivedMessage } from '../../local/sqs-calls.ts';
import { StateDirectory } from '../../local/state-directory.ts';
import { engineProxies } from '../support/engine-proxies.ts';
import { sqsEvent, sqsRecord } from '../support/lambda-events.ts';
import { eventually } from '../support/pipeline.ts';
import { MessageBook } from './message-book.ts';
import type { QueueName, RecordedItem, RecordedMessage } from './recorded-release.ts';

/** On a busy machine a function's calls to the engines run out of time now and then; the message comes back. */
const HANDLED_AT_MOST = 3;

/** How a stage runs, if it differs from the deployment. */
export interface StageDifferences {
  readonly variables?: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
}

/** What a request to the HTTP API came to. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * A cloud assembly's functions on embedded engines, without event source mappings and schedule: a message is
 * handled only if a test says so, so that a task stays in the state that it is in.
 */
export interface HandDrivenStack {
  /** The state folder, as `ops --state` takes it. */
  readonly state: string;
  readonly description: AppDescription;
  readonly pipeline: PipelineDescription;
  readonly parts: Readonly<Record<'ledger' | QueueName | 'master-secret', string>>;
  request(
    method: string,
    path: string,
    init?: Pick<RequestInit, 'headers'> & { body?: unknown },
  ): Promise<Answer>;
  /** Submits what must be accepted. @returns the task's id */
  submit(body: unknown, headers?: Readonly<Record<string, string>>): Promise<string>;
  /** The functions with other variables or another timeout, in processes of their own. */
  stage(differences: StageDifferences): Functions;
  /** Has the queue's function handle the message of a task, as an event source mapping does. */
  handle(queue: QueueName, taskId: string, functions?: Functions): Promise<void>;
  /** Has run handle the message of a task and kills it as soon as the ledger says that the task runs. */
  killRunOf(taskId: string): Promise<void>;
  /** Sends the dead letter of a task to the callbacks queue, as it is. */
  redrive(taskId: string): Promise<void>;
  /** Receives the message of a task from the tasks queue so often that SQS moves it to the dead-letter queue. */
  exhaustReceives(taskId: string): Promise<void>;
  /** Has the engines refuse each call whose body matches, until the returned function is called. */
  refuse(operation: string, matches: (body: string) => boolean): () => void;
  /** Every item of the ledger's table. */
  items(): Promise<RecordedItem[]>;
  messagesOf(taskIds: readonly string[]): RecordedMessage[];
  masterSecret(): string;
  stop(): Promise<void>;
}

/** @param variables for all functions, in addition to those of the template */
export async function startHandDrivenStack(
  assemblyDirectory: string,
  stateDirectory: string,
  variables: Readonly<Record<string, string>>,
): Promise<HandDrivenStack> {
  const state = new StateDirectory(stateDirectory);
  const server = await HttpServer.listen(0);
  const engines = await startEngines(state);
  const { endpoints, sqs, dynamodb } = engines;
  const description = describeApp(readAssembly(assemblyDirectory), {
    api: () => server.url,
    s3: endpoints.s3,
    sqs: endpoints.sqs,
  });
  await engines.create(description);
  const [pipeline] = description.pipelines;
  if (pipeline === undefined) throw new Error('The app has no pipeline.');
  const reachable = reachableAt(server.url, pipeline);
  writeEndpoints(state.path, { engines: endpoints, pipelines: [reachable] });
  const urls = queueUrlsOf(reachable.queueUrls);
  const table = reachable.ledgerTable ?? '';

  const queueNamed = (url: string): QueueName => {
    const name = url.split('/').at(-1);
    const found = (Object.keys(urls) as QueueName[]).find((queue) => urls[queue].endsWith(`/${name}`));
    if (found === undefined) throw new Error(`The pipeline has no queue ${url}.`);
    return found;
  };
  const book = new MessageBook(queueNamed);
  const refusals = new Set<(operation: string, body: string) => boolean>();
  const proxies = engineProxies((engine) => (incoming, answer) => {
    void forward(engine, incoming, answer, {
      refuses: (operation, body) => [...refusals].some((refuses) => refuses(operation, body)),
      onAccepted: (service, operation, body) => {
        if (service === 'AmazonSQS') book.note(operation, JSON.parse(body), Date.now());
      },
    });
  });
  const told = await proxies.leadTo(endpoints);

  const stages: Functions[] = [];
  const stage = ({ variables: own = {}, timeoutSeconds }: StageDifferences): Functions => {
    const functions = new Functions({
      description:
        timeoutSeconds === undefined
          ? pipeline
          : { ...pipeline, functions: pipeline.functions.map((fn) => ({ ...fn, timeoutSeconds })) },
      engines: endpoints,
      told,
      variables: { ...variables, ...own },
      onLogLine: () => {},
    });
    stages.push(functions);
    return functions;
  };
  const deployed = stage({});
  const { routes, throttle, cors } = pipeline;
  const invoke = (arn: string, event: unknown) => deployed.invoke(arn, event);
  const gateway = new Gateway({ routes, invoke, throttle, cors, now: Date.now });
  server.serve((url, request, response) => gateway.handle(url, request, response));

  const inHand: { readonly queue: QueueName; readonly message: ReceivedMessage }[] = [];
  const receive = async (queue: QueueName) => {
    for (const message of await sqs.receive(urls[queue], 10, false)) inHand.push({ queue, message });
  };
  const take = (queue: QueueName, taskId: string): Promise<ReceivedMessage> =>
    eventually(async () => {
      const wanted = () =>
        inHand.findIndex((one) => one.queue === queue && one.message.Body.includes(taskId));
      if (wanted() === -1) await receive(queue);
      const [taken] = wanted() === -1 ? [] : inHand.splice(wanted(), 1);
      if (taken === undefined) throw new Error(`The ${queue} queue has no message of task ${taskId}.`);
      return taken.message;
    });

  const mappingOf = (queue: QueueName) => {
    const { arn, attributes } = description.queues.find(({ url }) => url === urls[queue]) ?? {};
    const mapping = pipeline.mappings.find(({ queueArn }) => queueArn === arn);
    if (mapping === undefined) throw new Error(`No function consumes the ${queue} queue.`);
    return { mapping, visibilityMs: Number(attributes?.VisibilityTimeout ?? 30) * 1000 };
  };

  const putBackNow = async (queue: QueueName, { ReceiptHandle }: ReceivedMessage) => {
    await sqs.call('ChangeMessageVisibility', {
      QueueUrl: urls[queue],
      ReceiptHandle,
      VisibilityTimeout: 0,
    });
  };

  /** @returns the message, if the function failed: it neither acknowledged it nor chose when it comes back */
  const handleOnce = async (queue: QueueName, taskId: string, functions: Functions) => {
    const { mapping, visibilityMs } = mappingOf(queue);
    const message = await take(queue, taskId);
    const hiddenUntilMs = Date.now() + visibilityMs;
    book.received(queue, message, hiddenUntilMs);
    const result = await functions.invoke(mapping.functionArn, eventOf(message, mapping.queueArn));
    const verdict = judgeBatch([message.MessageId], result, mapping.reportBatchItemFailures);
    if (verdict.acknowledged.length === 0) {
      return book.hiddenUntilMs(message) === hiddenUntilMs ? message : undefined;
    }
    await sqs.delete(urls[queue], [message]);
    book.acknowledged(message);
    return undefined;
  };

  const handle: HandDrivenStack['handle'] = async (queue, taskId, functions = deployed) => {
    for (let times = 0; times < HANDLED_AT_MOST; times += 1) {
      const failed = await handleOnce(queue, taskId, functions);
      if (failed === undefined) return;
      await putBackNow(queue, failed);
    }
    throw new Error(`The function of the ${queue} queue keeps failing at task ${taskId}.`);
  };

  const stateOf = async (taskId: string) => {
    const Key = { pk: { S: `task#${taskId}` }, sk: { S: 'entry' } };
    const { Item } = await dynamodb.client.send(
      new GetItemCommand({ TableName: table, Key, ConsistentRead: true }),
    );
    return Item?.state?.S;
  };

  const request: HandDrivenStack['request'] = async (method, path, { headers = {}, body } = {}) => {
    const answer = await fetch(`${server.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  };

  return {
    state: state.path,
    description,
    pipeline,
    parts: {
      ledger: logicalId(description.tables, ({ name }) => name === table),
      tasks: logicalId(description.queues, ({ url }) => url === urls.tasks),
      callbacks: logicalId(description.queues, ({ url }) => url === urls.callbacks),
      'dead-letters': logicalId(description.queues, ({ url }) => url === urls['dead-letters']),
      'master-secret': logicalId(description.secrets, ({ arn }) => arn === reachable.masterSecretArn),
    },
    request,
    async submit(body, headers = {}) {
      // A 503 asks for the request again: on a busy machine the functions' calls run out of time.
      return await eventually(async () => {
        const answer = await request('POST', '/api/tasks', { headers, body });
        if (answer.status !== 202) throw new Error(`Not accepted: ${JSON.stringify(answer)}`);
        return (answer.body as { task_id: string }).task_id;
      });
    },
    stage,
    handle,
    async killRunOf(taskId) {
      const own = stage({});
      const handled = handleOnce('tasks', taskId, own);
      await eventually(async () => {
        if ((await stateOf(taskId)) !== 'running') throw new Error(`Task ${taskId} does not run.`);
      });
      own.crashOne(0);
      await handled;
    },
    async redrive(taskId) {
      const message = await take('dead-letters', taskId);
      await sqs.send(urls.callbacks, [{ body: message.Body }]);
      book.moved(message.Body, 'callbacks', Date.now());
      await sqs.delete(urls['dead-letters'], [message]);
    },
    async exhaustReceives(taskId) {
      const isDead = async () => {
        await receive('dead-letters');
        return inHand.find((one) => one.queue === 'dead-letters' && one.message.Body.includes(taskId));
      };
      for (let dead = await isDead(); dead === undefined; dead = await isDead()) {
        await receive('tasks');
        const mine = inHand.findIndex((one) => one.message.Body.includes(taskId));
        const [taken] = mine === -1 ? [] : inHand.splice(mine, 1);
        if (taken === undefined) {
          await delay(10);
          continue;
        }
        book.moved(taken.message.Body, 'dead-letters', Date.now());
        await putBackNow('tasks', taken.message);
      }
    },
    refuse(operation, matches) {
      const refuses = (called: string, body: string) => called === operation && matches(body);
      refusals.add(refuses);
      return () => refusals.delete(refuses);
    },
    async items() {
      const items: Record<string, AttributeValue>[] = [];
      let after: Record<string, AttributeValue> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await dynamodb.client.send(
          new ScanCommand({ TableName: table, ...(after !== undefined && { ExclusiveStartKey: after }) }),
        );
        items.push(...Items);
        after = LastEvaluatedKey;
      } while (after !== undefined);
      return items;
    },
    messagesOf: (taskIds) => book.messagesOf(taskIds),
    masterSecret: () => engines.secrets.value(reachable.masterSecretArn ?? '') ?? '',
    async stop() {
      await Promise.all(stages.map((functions) => functions.stop()));
      proxies.stop();
      server.close();
      await engines.stop();
      state.release();
    },
  };
}

interface Watch {
  readonly refuses: (operation: string, body: string) => boolean;
  readonly onAccepted: (service: string, operation: string, body: string) => void;
}

/** Passes a call on to an engine, unless it is to be refused. */
async function forward(
  { hostname, port, host }: URL,
  incoming: IncomingMessage,
  answer: ServerResponse,
  { refuses, onAccepted }: Watch,
): Promise<void> {
  const body = await buffer(incoming);
  const [service = '', operation = ''] = String(incoming.headers['x-amz-target']).split('.');
  if (refuses(operation, body.toString())) {
    // The SDK does not repeat a call that may not be made.
    answer.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
    answer.end(JSON.stringify({ __type: 'AccessDeniedException', message: 'refused' }));
    return;
  }
  const { method, url, headers } = incoming;
  const outgoing = httpRequest(
    { hostname, port, method, path: url, headers: { ...headers, host } },
    (reply) => {
      if (reply.statusCode === 200) onAccepted(service, operation, body.toString());
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    },
  );
  outgoing.on('error', () => incoming.socket.destroy());
  outgoing.end(body);
}

function eventOf(message: ReceivedMessage, queueArn: string) {
  return sqsEvent(
    sqsRecord(message.Body, {
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      md5OfBody: message.MD5OfBody,
      eventSourceARN: queueArn,
      attributes: message.Attributes as unknown as ReturnType<typeof sqsRecord>['attributes'],
    }),
  );
}

function queueUrlsOf(
  known: Readonly<Partial<Record<QueueName, string | undefined>>>,
): Record<QueueName, string> {
  const { tasks, callbacks, 'dead-letters': deadLetters } = known;
  if (tasks === undefined || callbacks === undefined || deadLetters === undefined) {
    throw new Error('The template lacks the tasks, the callbacks or the dead-letter queue.');
  }
  return { tasks, callbacks, 'dead-letters': deadLetters };
}

function logicalId<T extends { readonly logicalId?: string }>(
  resources: readonly T[],
  isIt: (resource: T) => boolean,
): string {
  const found = resources.find(isIt);
  if (found === undefined) throw new Error('The template lacks a part of the pipeline.');
  return found.logicalId ?? '';
}
