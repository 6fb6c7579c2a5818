// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
import { globSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { type LocalStack, type LocalStackSettings, startLocalStack } from '../../local/local-stack.ts';
import { StateDirectoryInUseError } from '../../local/state-directory.ts';
import { eventually, lambdaFunction, temporaryDirectory, writeAssembly } from './assembly-fixture.ts';

const SUBMIT = `exports.handler = async (event) => {
  const text = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body;
  if (text === '"hang"') await new Promise(() => {});
  const answer = await fetch(process.env.AWS_ENDPOINT_URL_SQS, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' },
    body: JSON.stringify({ QueueUrl: process.env.QUEUE_URL, MessageBody: text }),
  });
  return { statusCode: answer.status === 200 ? 202 : 500, body: event.requestContext.authorizer.iam.userArn };
}`;

const DELIVER = `exports.handler = async (event) => {
  for (const { body } of event.Records) await fetch(process.env.API_URL + '/inbox/demo', { method: 'POST', body });
}`;

const TICK = `exports.handler = async (event) => {
  console.log(JSON.stringify({ step: 'tick', task_id: event['detail-type'], witness: process.env.WITNESS }));
}`;

/** HTTP → submit → queue → deliver → inbox, and a schedule. */
function assembly(api: object = {}): string {
  const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
  return writeAssembly(
    {
      Queue: { Type: 'AWS::SQS::Queue' },
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'api', ...api } },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: { IntegrationUri: arn('Submit'), PayloadFormatVersion: '2.0' },
      },
      Route: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          RouteKey: 'POST /api/tasks',
          AuthorizationType: 'AWS_IAM',
          Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
        },
      },
      Submit: lambdaFunction('Submit', { Environment: { Variables: { QUEUE_URL: { Ref: 'Queue' } } } }),
      Deliver: lambdaFunction('Deliver', {
        Environment: { Variables: { API_URL: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } } },
      }),
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { FunctionName: { Ref: 'Deliver' }, EventSourceArn: arn('Queue') },
      },
      Tick: lambdaFunction('Tick'),
      Clock: {
        Type: 'AWS::Events::Rule',
        Properties: { ScheduleExpression: 'rate(1 minute)', Targets: [{ Arn: arn('Tick'), Id: 'Target0' }] },
      },
      Stream: { Type: 'AWS::Kinesis::Stream' },
    },
    { Submit: SUBMIT, Deliver: DELIVER, Tick: TICK },
  );
}

const stacks: LocalStack[] = [];
afterEach(async () => {
  await Promise.all(stacks.splice(0).map((stack) => stack.stop()));
});

async function start(options: Partial<LocalStackSettings> = {}) {
  const lines: string[] = [];
  const stack = await startLocalStack({
    assemblyDirectory: assembly(),
    state: temporaryDirectory(),
    schedule: false,
    ...options,
    onLogLine: (line) => lines.push(line),
  });
  stacks.push(stack);
  const submit = (body: string) => fetch(`${stack.url}/api/tasks`, { method: 'POST', body });
  const inbox = async () => (await (await fetch(`${stack.url}/inbox/demo`)).json()) as { body: unknown }[];
  return { stack, lines, submit, inbox };
}

/** Writes to its bucket, and publishes the secret and what it finds in its variables there. */
const RUN = `exports.handler = async () => {
  const { env } = process;
  const secret = await fetch(env.AWS_ENDPOINT_URL_SECRETS_MANAGER, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.GetSecretValue' },
    body: JSON.stringify({ SecretId: env.WORK_SECRET_VENDOR_KEY }),
  });
  const published = await fetch(env.AWS_ENDPOINT_URL_SNS, {
    method: 'POST',
    body: new URLSearchParams({ Action: 'Publish', TopicArn: env.TOPIC, Message: 'done' }),
  });
  const found = { secret: (await secret.json()).SecretString, greeting: env.GREETING, published: published.status };
  await fetch(env.AWS_ENDPOINT_URL_S3 + '/' + env.BUCKET + '/found', { method: 'PUT', body: JSON.stringify(found) });
}`;

/** A queue of tasks and the function that runs them, with a bucket, a topic and a secret of its own. */
function workAssembly(): string {
  const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
  return writeAssembly(
    {
      Tasks: { Type: 'AWS::SQS::Queue' },
      Reports: { Type: 'AWS::S3::Bucket' },
      News: { Type: 'AWS::SNS::Topic' },
      Run: lambdaFunction('Run', {
        Environment: {
          Variables: {
            TASKS_QUEUE_URL: { Ref: 'Tasks' },
            BUCKET: { Ref: 'Reports' },
            TOPIC: { Ref: 'News' },
            GREETING: { 'Fn::ImportValue': 'Shared:Greeting' },
            WORK_SECRET_VENDOR_KEY: { 'Fn::ImportValue': 'Shared:VendorKey' },
          },
        },
      }),
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { FunctionName: { Ref: 'Run' }, EventSourceArn: arn('Tasks') },
      },
    },
    { Run: RUN },
  );
}

describe('the work of a template', () => {
  it('finds its bucket, its topic and its secret, and the bucket outlives the stack', async () => {
    const state = temporaryDirectory();
    const values = new Map([
      ['GREETING', 'hello'],
      ['VENDOR_KEY', 'hunter2'],
    ]);
    const settings = { assemblyDirectory: workAssembly(), state, envFile: { path: '.env', values } };
    const { stack, lines } = await start(settings);
    await fetch(stack.endpoints.sqs, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' },
      body: JSON.stringify({ QueueUrl: `${stack.endpoints.sqs}/000000000000/Test-Tasks`, MessageBody: '1' }),
    });

    const found = await eventually(async () => {
      const response = await fetch(`${stack.endpoints.s3}/test-reports/found`);
      return response.ok ? await response.json() : undefined;
    });
    expect(found).toEqual({ secret: 'hunter2', greeting: 'hello', published: 200 });
    await stack.kill();

    const again = await start(settings);
    expect((await fetch(`${again.stack.endpoints.s3}/test-reports/found`)).status).toBe(200);
    expect(lines.join()).not.toContain('hunter2');
    const files = globSync('**/*', { cwd: state }).filter((file) => statSync(join(state, file)).isFile());
    const holdSecret = files.filter((file) => readFileSync(join(state, file), 'latin1').includes('hunter2'));
    // The work itself wrote it to its bucket.
    expect(holdSecret).toEqual([expect.stringMatching(/^s3\/test-reports\//)]);
  });

  it('does not start without the values that only .env can give', async () => {
    await expect(start({ assemblyDirectory: workAssembly() })).rejects.toThrow(
      'The environment variable GREETING of the work refers to {"Fn::ImportValue":"Shared:Greeting"}, which the local stack does not have. Set a value for this machine in .env: GREETING=…',
    );
  });
});

describe('a template run locally', () => {
  it('does its work from the request to the callback', async () => {
    const { submit, inbox } = await start();

    const response = await submit('{"n":1}');

    expect(response.status).toBe(202);
    expect(await response.text()).toBe('arn:aws:iam::000000000000:user/local');
    const [callback] = await eventually(async () => ((await inbox()).length > 0 ? inbox() : undefined));
    expect(callback?.body).toEqual({ n: 1 });
  });

  it('serves many requests at once', async () => {
    const { submit, inbox } = await start();

    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => submit(JSON.stringify({ n }))));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const callbacks = await eventually(async () => {
      const got = await inbox();
      return got.length === 60 ? got : undefined;
    });
    expect(new Set(callbacks.map(({ body }) => JSON.stringify(body))).size).toBe(60);
  });

  it('runs what is scheduled, by itself or when asked', async () => {
    const byItself = await start({ schedule: true });
    await eventually(() => byItself.lines.find((line) => line.includes('tick')));

    const whenAsked = await start();
    expect(await whenAsked.stack.runSchedule()).toEqual([{ ok: true, payload: null }]);
    await eventually(() => whenAsked.lines.find((line) => line.includes('Scheduled Event')));
  });

  it('serves the console', async () => {
    const { stack } = await start();

    const page = await (await fetch(stack.url)).text();
    expect(page).toContain('/console/app.js');
  });

  it('takes API requests of pages of the origins that the template names', async () => {
    const page = 'https://app.example.com';
    const cors = (origin: string) => ({
      CorsConfiguration: { AllowOrigins: [origin], AllowMethods: ['POST'], AllowHeaders: ['content-type'] },
    });
    const named = await start({ assemblyDirectory: assembly(cors(page)) });
    const all = await start({ assemblyDirectory: assembly(cors('*')) });
    const preflight = (url: string, path: string, origin = page) =>
      fetch(url + path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });

    const answer = await preflight(named.stack.url, '/api/tasks');
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, page]);
    expect((await preflight(named.stack.url, '/inbox/demo')).status).toBe(403);
    expect((await preflight(named.stack.url, '/api/tasks', 'https://evil.example')).status).toBe(403);
    // To `*`, every page on the web would be the one local client.
    expect((await preflight(all.stack.url, '/api/tasks')).status).toBe(403);
    const local = await preflight(all.stack.url, '/api/tasks', 'http://localhost:3000');
    expect([local.status, local.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  });

  it('keeps its state to itself, and what the inbox holds beyond its end', async () => {
    const state = temporaryDirectory();
    const { stack, inbox, submit } = await start({ state });
    await submit('1');
    await eventually(async () => ((await inbox()).length === 1 ? true : undefined));
    await expect(start({ state })).rejects.toThrow(StateDirectoryInUseError);

    await stack.kill();

    expect(await (await start({ state })).inbox()).toMatchObject([{ body: 1 }]);
  });

  it('tells functions to find the engines, and their queues, where it is told to', async () => {
    const asked: string[] = [];
    const between = createServer(async (request, answer) => {
      asked.push((JSON.parse(await text(request)) as { QueueUrl: string }).QueueUrl);
      answer.end('{}');
    });
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
    const { submit } = await start({
      endpointsForFunctions: async (engines) => ({ ...engines, sqs: url }),
    });

    expect((await submit('{}')).status).toBe(202);

    expect(asked).toEqual([`${url}/000000000000/Test-Queue`]);
    between.closeAllConnections();
    between.close();
  });

  it('gives functions the variables that it is told to', async () => {
    const { lines, stack } = await start({ functionVariables: { WITNESS: 'on watch' } });
    await stack.runSchedule();
    await eventually(() => lines.find((line) => line.includes('on watch')));
  });

  it('ends a function in the middle of its work when asked, and goes on with another', async () => {
    const { submit, stack } = await start();
    expect(stack.crashFunction(0)).toBeUndefined();
    const cutOff = submit('"hang"');

    expect(await eventually(() => stack.crashFunction(0))).toBe('Test-Submit');

    expect((await cutOff).status).toBe(500);
    expect((await submit('{}')).status).toBe(202);
  });

  it('lets go of everything when it cannot start', async () => {
    const state = temporaryDirectory();
    const broken = writeAssembly({
      Tasks: {
        Type: 'AWS::SQS::Queue',
        Properties: { QueueName: { 'Fn::ImportValue': 'x' }, VisibilityTimeout: 'soon' },
      },
    });

    await expect(startLocalStack({ assemblyDirectory: broken, state })).rejects.toThrow(
      'Resources.Tasks.Properties.VisibilityTimeout: "soon" cannot be run locally',
    );
    await start({ state });
  });
});
