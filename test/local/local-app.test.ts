import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readEndpoints } from '../../local/endpoints-file.ts';
import { HttpServer } from '../../local/http-server.ts';
import { type LocalApp, type LocalAppSettings, startLocalApp } from '../../local/local-app.ts';
import { StateDirectory } from '../../local/state-directory.ts';
import {
  eventually,
  lambdaFunction,
  markOf,
  PIPELINE_RESOURCES,
  temporaryDirectory,
  writeTemplate,
} from './assembly-fixture.ts';

const SUBMIT = `exports.handler = async (event) => {
  const answer = await fetch(process.env.AWS_ENDPOINT_URL_SQS, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' },
    body: JSON.stringify({ QueueUrl: process.env.CALLBACKS_QUEUE_URL, MessageBody: event.body }),
  });
  return { statusCode: answer.status === 200 ? 202 : 500 };
}`;

/** Posts to the inbox of its own pipeline, and writes what it read to the log. */
const DELIVER = `exports.handler = async (event) => {
  for (const { body } of event.Records) {
    console.log('delivers ' + body);
    await fetch(process.env.API_URL + '/inbox/demo', { method: 'POST', body });
  }
}`;

const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

/** HTTP → submit → queue → deliver → inbox. Logical ids begin with the pipeline's id. */
function pipelineResources(id: string): Record<string, object> {
  const own = (part: string, resource: unknown) => ({
    ...(resource as object),
    ...markOf(`Test/${id}`, part),
  });
  const common = Object.entries(PIPELINE_RESOURCES).map(([part, resource]) => [
    id + part,
    own(part, resource),
  ]);
  const environment = (Variables: object) => ({ Environment: { Variables } });
  return {
    ...Object.fromEntries(common),
    [`${id}Api`]: own('Api', { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'api' } }),
    [`${id}Integration`]: own('Api', {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: { IntegrationUri: arn(`${id}Submit`), PayloadFormatVersion: '2.0' },
    }),
    [`${id}Route`]: own('Api', {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        RouteKey: 'POST /api/tasks',
        AuthorizationType: 'AWS_IAM',
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: `${id}Integration` }]] },
      },
    }),
    [`${id}Submit`]: own(
      'Submit',
      lambdaFunction(`${id}Submit`, environment({ CALLBACKS_QUEUE_URL: { Ref: `${id}Callbacks` } })),
    ),
    [`${id}Deliver`]: own(
      'Deliver',
      lambdaFunction(`${id}Deliver`, environment({ API_URL: { 'Fn::GetAtt': [`${id}Api`, 'ApiEndpoint'] } })),
    ),
    [`${id}Mapping`]: own('Deliver', {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { FunctionName: { Ref: `${id}Deliver` }, EventSourceArn: arn(`${id}Callbacks`) },
    }),
  };
}

function assembly(...ids: string[]): string {
  const code = ids.flatMap((id) => [
    [`${id}Submit`, SUBMIT],
    [`${id}Deliver`, DELIVER],
  ]);
  const resources = Object.assign({}, ...ids.map(pipelineResources));
  return writeTemplate({ Resources: resources }, Object.fromEntries(code));
}

const apps: LocalApp[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()));
});

async function start(settings: Partial<LocalAppSettings> = {}) {
  const log: string[] = [];
  const app = await startLocalApp({
    assemblyDirectory: assembly('Orders', 'Reports'),
    state: temporaryDirectory(),
    onLogLine: (line, pipelineId) => log.push(`${pipelineId}: ${line}`),
    ...settings,
  });
  apps.push(app);
  return { app, log };
}

const submit = (url: string | undefined, body: string) => fetch(`${url}/api/tasks`, { method: 'POST', body });

async function inboxOf(url: string | undefined): Promise<unknown[]> {
  const callbacks = (await (await fetch(`${url}/inbox/demo`)).json()) as { body: unknown }[];
  return callbacks.map(({ body }) => body);
}

describe('an app with two pipelines', () => {
  it('runs both, each with a server, an inbox and a console of its own, on the same engines', async () => {
    const state = temporaryDirectory();
    const { app, log } = await start({ state });
    const [orders, reports] = app.pipelines;

    expect(app.pipelines.map(({ name, id }) => [name, id])).toEqual([
      ['Test/Orders', 'Orders'],
      ['Test/Reports', 'Reports'],
    ]);
    expect((await submit(orders?.url, '1')).status).toBe(202);
    expect((await submit(reports?.url, '2')).status).toBe(202);

    await eventually(async () => ((await inboxOf(orders?.url)).length === 1 ? true : undefined));
    await eventually(async () => ((await inboxOf(reports?.url)).length === 1 ? true : undefined));
    expect([await inboxOf(orders?.url), await inboxOf(reports?.url)]).toEqual([[1], [2]]);
    expect(log.filter((line) => line.includes('delivers')).sort()).toEqual([
      'Orders: delivers 1',
      'Reports: delivers 2',
    ]);
    for (const pipeline of app.pipelines) {
      expect(await (await fetch(pipeline.url)).text()).toContain('/console/app.js');
    }
    expect(readEndpoints(state)).toMatchObject({
      engines: app.endpoints,
      pipelines: [
        { name: 'Test/Orders', id: 'Orders', apiUrl: orders?.url, ledgerTable: 'Test-OrdersLedger' },
        { name: 'Test/Reports', id: 'Reports', apiUrl: reports?.url, ledgerTable: 'Test-ReportsLedger' },
      ],
    });
  });

  it('runs the one that is chosen', async () => {
    const { app } = await start({ choice: { pipeline: 'Reports' } });

    expect(app.pipelines.map(({ name }) => name)).toEqual(['Test/Reports']);
    expect(app.description.queues.map(({ name }) => name)).not.toContain('Test-OrdersCallbacks');
    await submit(app.pipelines[0]?.url, '3');
    await eventually(async () => ((await inboxOf(app.pipelines[0]?.url)).length === 1 ? true : undefined));
  });

  it('lets go of everything if what is chosen does not exist', async () => {
    const state = temporaryDirectory();

    await expect(start({ state, choice: { pipeline: 'Invoices' } })).rejects.toThrow(
      'There is no pipeline Invoices. Give --pipeline one of: Test/Orders, Test/Reports.',
    );

    await start({ state });
  });

  it('lets go of everything if a port cannot be had, or the app does not synthesize', async () => {
    const state = temporaryDirectory();
    const first = await HttpServer.listen(0);
    const port = Number(new URL(first.url).port);

    await expect(
      start({
        state,
        listen: async () => {
          first.close();
          throw new Error('no second port');
        },
      }),
    ).rejects.toThrow('no second port');
    await expect(start({ state, assemblyDirectory: Promise.reject(new Error('no stacks')) })).rejects.toThrow(
      'no stacks',
    );

    const { app } = await start({
      state,
      listen: async () => [await HttpServer.listen(port), await HttpServer.listen(0)],
    });
    expect(app.pipelines[0]?.url).toBe(`http://127.0.0.1:${port}`);
  });

  it('keeps an inbox for each, which outlives it, also if another choice ran meanwhile', async () => {
    const state = temporaryDirectory();
    const { app } = await start({ state });
    for (const [index, { url }] of app.pipelines.entries()) {
      await submit(url, String(index));
      await eventually(async () => ((await inboxOf(url)).length === 1 ? true : undefined));
    }
    await app.kill();
    const { app: one } = await start({ state, choice: { pipeline: 'Reports' } });
    await one.kill();

    const { app: again } = await start({ state });

    expect(await Promise.all(again.pipelines.map(({ url }) => inboxOf(url)))).toEqual([[0], [1]]);
    expect(readdirSync(join(state, 'pipelines')).sort()).toEqual(['Test.Orders', 'Test.Reports']);
  });
});

describe('a state folder of 0.1.0, which ran one pipeline', () => {
  it('goes on with its inbox and the answers that are still to be given', async () => {
    const path = temporaryDirectory();
    const callback = { received_at: '2026-11-21T07:00:00.000Z', headers: {}, body: 'kept', verified: true };
    writeFileSync(join(path, 'inbox.jsonl'), `${JSON.stringify({ name: 'demo', callback })}\n`);
    writeFileSync(join(path, 'inbox-responses.json'), '[["demo",[{"status":503}]]]');

    const { app } = await start({ state: path, assemblyDirectory: assembly('Orders', 'Pipeline') });
    const pipeline = app.pipelines.find(({ id }) => id === 'Pipeline');

    expect(await inboxOf(pipeline?.url)).toEqual(['kept']);
    expect((await fetch(`${pipeline?.url}/inbox/demo`, { method: 'POST', body: '1' })).status).toBe(503);
    expect(existsSync(join(path, 'inbox.jsonl'))).toBe(false);
  });
});

describe('a damaged state folder', () => {
  const damaged = async (file: string, content: string) => {
    const path = temporaryDirectory();
    writeFileSync(join(path, file), content);
    const state = new StateDirectory(path);
    const failure = await start({ state }).catch((error: Error) => error);
    expect(failure).toMatchObject({ name: 'DamagedStateError' });
    expect(readFileSync(join(path, file), 'utf8')).toBe(content);
    return (failure as Error).message.replaceAll(path, '.local');
  };

  it('is left as it is, and reported with what to do: secrets', async () => {
    expect(await damaged('secrets.json', '[{"arn":"arn:aws:secre')).toBe(
      '.local/secrets.json is damaged and was not changed. Callbacks are signed with a secret in it. Restore it from a backup, or start with an empty state folder: mv .local .local-damaged',
    );
  });

  it('is left as it is, and reported with what to do: a ledger that is a file', async () => {
    expect(await damaged('ledger', 'x')).toMatch(
      /^\.local\/ledger is damaged and was not changed\. It holds all tasks \(.+\)\. Restore it from a backup, or start with an empty state folder: mv \.local \.local-damaged$/,
    );
  });

  it.each([
    ['the file CURRENT is cut short', /^CURRENT$/, 'MANI'],
    ['the manifest is empty', /^MANIFEST-/, ''],
    ['the manifest holds something else', /^MANIFEST-/, 'dear all, '.repeat(100)],
  ])('is left as it is, and reported with what to do: a ledger of which %s', async (_what, name, content) => {
    const path = temporaryDirectory();
    const { app } = await start({ state: path });
    await app.kill();
    const ledger = join(path, 'ledger');
    const file = readdirSync(ledger).find((entry) => name.test(entry)) ?? '';
    writeFileSync(join(ledger, file), content);
    const tables = () => readdirSync(ledger).filter((entry) => !/^LOG/.test(entry));
    const before = tables();

    const failure = await start({ state: path }).catch((error: Error) => error);

    expect(failure).toMatchObject({ name: 'DamagedStateError' });
    expect((failure as Error).message.replaceAll(path, '.local')).toMatch(
      /^\.local\/ledger is damaged and was not changed\. It holds all tasks \(.+\)\. Restore it from a backup, or start with an empty state folder: mv \.local \.local-damaged$/,
    );
    expect(tables()).toEqual(before);
    expect(readFileSync(join(ledger, file), 'utf8')).toBe(content);
  });

  it('goes on without the callback that was being written when the process was killed', async () => {
    const path = temporaryDirectory();
    mkdirSync(join(path, 'pipelines', 'Test.Orders'), { recursive: true });
    const callback = { received_at: '2026-11-21T07:00:00.000Z', headers: {}, body: 'whole', verified: true };
    const line = JSON.stringify({ name: 'demo', callback });
    writeFileSync(join(path, 'pipelines', 'Test.Orders', 'inbox.jsonl'), `${line}\n${line.slice(0, 40)}`);

    const { app } = await start({ state: path });

    expect(await inboxOf(app.pipelines[0]?.url)).toEqual(['whole']);
  });
});
