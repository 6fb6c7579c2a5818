import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamoLedger } from '../../lambda/ledger/dynamo-ledger.ts';
import type { Ledger } from '../../lambda/ledger/ledger.ts';
import { startLocalStack } from '../../local/local-stack.ts';
import { LOCAL_CREDENTIALS, REGION } from '../../local/references.ts';
import { ops } from '../support/ops.ts';
import { eventually, type TaskView } from '../support/pipeline.ts';
import { startScriptedServer } from '../support/scripted-server.ts';
import { TalkativeEngine } from './talkative-engine.ts';

type QueueName = 'Tasks' | 'Callbacks' | 'DeadLetter';

/** A local stack all of whose ways out are kept: what it logs, sends, stores and answers. */
export interface CanaryStack {
  readonly url: string;
  /** A receiver that answers with what it was sent: 500, then 200; `/gone` 410, `/never` 503, `/ok` 200. */
  readonly receiver: string;
  /** Every line that functions have written. */
  readonly log: readonly string[];
  /** Every answer that was no success, with its headers. */
  readonly errorAnswers: readonly string[];
  /** What operators' commands have printed, and their console has answered. */
  readonly operatorSaw: readonly string[];
  readonly ledger: Ledger;
  /** The master secret, and what the client's callbacks are signed with. */
  readonly secrets: { readonly master: string; readonly clients: string };
  /** Whether calls to the engines fail, by turns, with messages that repeat the call. */
  setFaulty(faulty: boolean): void;
  faults(): number;
  /** Bodies of calls to SQS: every message that functions have sent, with its attributes. */
  sentToQueues(): readonly string[];
  request(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<Answer>;
  settled(taskId: string, ...states: string[]): Promise<TaskView>;
  send(queue: QueueName, body: string, attributes?: Record<string, string>): Promise<void>;
  /** Messages that can be received now, whole, as JSON. */
  messages(queue: QueueName): Promise<string[]>;
  items(): Promise<Record<string, unknown>[]>;
  /** What the command has printed is kept, and given. */
  operate(...args: string[]): Promise<string>;
  /** What the console's API answers, kept. */
  look(path: string): Promise<void>;
  /** The same, not kept: for what is to be shown this once. */
  operateUnseen(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of any answer, each test knows its own
  readonly body: any;
}

/** @param client whose callbacks' secret is told; needed where there are several clients */
export async function startCanaryStack(assemblyDirectory: string, client?: string): Promise<CanaryStack> {
  const state = mkdtempSync(join(tmpdir(), 'canary-'));
  const [log, errorAnswers, operatorSaw]: string[][] = [[], [], []];
  let proxies: readonly TalkativeEngine[] = [];
  const stack = await startLocalStack({
    assemblyDirectory,
    state,
    onLogLine: (line) => log?.push(line),
    async endpointsForFunctions(engines) {
      const dynamodb = await TalkativeEngine.start(engines.dynamodb);
      const sqs = await TalkativeEngine.start(engines.sqs);
      const secretsManager = await TalkativeEngine.start(engines.secretsManager);
      proxies = [dynamodb, sqs, secretsManager];
      return { ...engines, dynamodb: dynamodb.url, sqs: sqs.url, secretsManager: secretsManager.url };
    },
  });
  const at = (endpoint: string) => ({ endpoint, region: REGION, credentials: LOCAL_CREDENTIALS });
  const sqs = new SQSClient(at(stack.endpoints.sqs));
  const dynamodb = new DynamoDBClient(at(stack.endpoints.dynamodb));
  const [tableDescription] = stack.description.tables;
  const table = tableDescription?.name ?? '';
  const times = new Map<string, number>();
  const receiver = await startScriptedServer((request, response) => {
    const { body = '', headers } = receiver.requests.at(-1) ?? {};
    const path = request.url ?? '';
    times.set(path, (times.get(path) ?? 0) + 1);
    response.writeHead(statusFor(path, times.get(path) ?? 1), { 'x-echo': path });
    response.end(`${path} ${body} ${JSON.stringify(headers)}`);
  });
  const queueUrl = (name: QueueName) => {
    const queue = stack.description.queues.find(({ logicalId }) => logicalId.includes(name));
    if (queue === undefined) throw new Error(`there is no queue like ${name}`);
    return queue.url;
  };
  const secrets = await secretsOf(state, client === undefined ? [] : ['--client', client]);

  const request: CanaryStack['request'] = async (method, path, body, headers = {}) => {
    const answer = await fetch(`${stack.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    // Of a batch each task is answered by itself, some with errors.
    if (!answer.ok || path.endsWith('/batch'))
      errorAnswers?.push(`${answer.status} ${JSON.stringify([...answer.headers])} ${text}`);
    return { status: answer.status, body: JSON.parse(text) };
  };

  return {
    url: stack.url,
    receiver: receiver.url.replace(/\/hook$/, ''),
    log: log ?? [],
    errorAnswers: errorAnswers ?? [],
    operatorSaw: operatorSaw ?? [],
    ledger: dynamoLedger(dynamodb, table),
    secrets,
    setFaulty(faulty) {
      for (const proxy of proxies) proxy.faulty = faulty;
    },
    faults: () => proxies.reduce((sum, { faults }) => sum + faults, 0),
    sentToQueues: () => proxies[1]?.sent ?? [],
    request,
    settled: (taskId, ...states) =>
      eventually(async () => {
        const answer = await fetch(`${stack.url}/api/tasks/${taskId}`);
        const view = (await answer.json()) as TaskView;
        if (!states.includes(view.status)) throw new Error(`the task is ${JSON.stringify(view)}`);
        return view;
      }, 40_000),
    async send(queue, MessageBody, attributes = {}) {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      );
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(queue), MessageBody, MessageAttributes }));
    },
    async messages(queue) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl(queue),
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
          VisibilityTimeout: 1,
        }),
      );
      return Messages.map((message) => JSON.stringify(message));
    },
    async items() {
      const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: table }));
      return Items.map((item) => unmarshall(item));
    },
    async operate(...args) {
      const { out, err } = await ops([...args, '--state', state], true);
      operatorSaw?.push(out, err);
      return out;
    },
    async look(path) {
      const answer = await fetch(`${stack.url}/console/api/${path}`, { headers: { 'x-console': '1' } });
      operatorSaw?.push(`${answer.status} ${await answer.text()}`);
    },
    operateUnseen: async (...args) => (await ops([...args, '--state', state], true)).out,
    async stop() {
      sqs.destroy();
      dynamodb.destroy();
      await stack.stop();
      await receiver.close();
      for (const proxy of proxies) proxy.stop();
      rmSync(state, { recursive: true, force: true });
    },
  };
}

function statusFor(path: string, nth: number): number {
  if (path.startsWith('/gone')) return 410;
  if (path.startsWith('/never')) return 503;
  return nth > 1 || path.startsWith('/ok') ? 200 : 500;
}

async function secretsOf(state: string, whose: readonly string[]): Promise<CanaryStack['secrets']> {
  const [stored] = JSON.parse(readFileSync(join(state, 'secrets.json'), 'utf8')) as { value: string }[];
  const shown = await ops(['secret', 'show', ...whose, '--json', '--state', state]);
  return {
    master: JSON.parse(stored?.value ?? '{}').current,
    clients: String(JSON.parse(shown.out).current),
  };
}
