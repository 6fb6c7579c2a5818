import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type {
  About,
  LetterList,
  Overview,
  QueueDepth,
  RedriveEnd,
  SubmitAnswer,
} from '../../console/api-types.ts';
import { awsDesk } from '../../console/aws-desk.ts';
import { serveConsole } from '../../console/server.ts';
import type { PipelineOutput } from '../../lambda/contract/pipeline-output.ts';
import { outputsTarget } from '../../ops/target.ts';
import { temporaryDirectory } from '../local/assembly-fixture.ts';
import { type OperatedStack, startOperatedStack } from '../ops/operated-stack.ts';
import { appFolder, greetTask } from '../support/app-folder.ts';
import { ops, opsReport } from '../support/ops.ts';
import { outputsOf, stackOutputs } from '../support/stack-outputs.ts';
import { type ConsolePage, consolePage, linesOf } from './console-page.ts';

/** What the HTTP API was asked. */
interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const CLI = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');

let stack: OperatedStack;
let servers: Server[];
let asked: Asked[];
let apiUrl: string;
beforeEach(async () => {
  stack = await startOperatedStack();
  servers = [];
  asked = [];
  apiUrl = await listen(202, { status: 'accepted' });
  for (const [name, value] of Object.entries(await environment())) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await stack.stop();
});

async function listen(status: number, answer: object): Promise<string> {
  const server = createServer(async (request, response) => {
    asked.push({ path: request.url ?? '', headers: request.headers, body: await text(request) });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  return await listening(server);
}

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What an operator's environment says, with the engines in AWS's place. CloudWatch lets nobody in. */
async function environment(): Promise<Record<string, string>> {
  return {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_SQS: stack.engines.sqs.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: stack.engines.dynamodb.endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH: await listen(403, { __type: 'AccessDeniedException', message: 'not yours' }),
  };
}

/** What `cdk deploy --outputs-file` would have written. */
function outputsFile(differences: Partial<PipelineOutput> = {}): string {
  const file = join(temporaryDirectory(), 'outputs.json');
  writeFileSync(file, stackOutputs(apiUrl, stack.pipeline, differences));
  return file;
}

async function open(file = outputsFile()): Promise<ConsolePage> {
  const { url, token, stop } = await serveConsole(awsDesk(outputsTarget(file)), 0);
  return consolePage(url, token, stop);
}

/**
 * Begins a redrive that sends ten letters at once and would send ten more in ten seconds. Meanwhile it holds twenty, ten
 * of them, of another host, for five minutes.
 */
async function redriveSlowly(page: ConsolePage): Promise<void> {
  for (let count = 0; count < 10; count += 1) await stack.dead({ callback_url: 'https://slow.example/hook' });
  for (let count = 0; count < 20; count += 1) await stack.dead({ callback_url: 'https://well.example/hook' });
  const filters = { host: 'well.example' };
  const answer = await page.post('dlq/redrive', { filters, rate: 1, dry_run: false });
  const decoder = new TextDecoder();
  const reader = answer.body?.getReader();
  let came = '';
  while (!came.includes('"redriven":10,')) {
    const { value, done } = (await reader?.read()) ?? { done: true };
    if (done) throw new Error(`the redrive ended: ${came}`);
    came += decoder.decode(value, { stream: true });
  }
}

/** As another console counts them. */
async function deadLetters(): Promise<QueueDepth> {
  const page = await open();
  const { queues } = await page.get<Overview>('overview');
  await page.stop();
  return queues.dead_letters;
}

describe('the console of a stack on AWS, found by its outputs and AWS_ENDPOINT_URL_*', () => {
  it('shows what is where, of the states those that cost nothing to count', async () => {
    await stack.dead();
    const page = await open();

    const [about, overview] = [await page.get<About>('about'), await page.get<Overview>('overview')];
    await page.stop();

    expect(about).toMatchObject({
      name: 'the pipeline Callbacks/Pipeline',
      isLocal: false,
      auth: 'iam',
      inbox: false,
      apiUrl,
    });
    expect(overview).toMatchObject({
      stages: { accepted: null, running: null, delivering: null, delivered: null, dead: 1, completed: null },
      queues: { dead_letters: { visible: 1, in_flight: 0, oldest_age_seconds: null } },
      attention: 1,
      timers: 0,
    });
  });

  it('redrives', async () => {
    const { task_id } = await stack.dead();
    const page = await open();

    const answer = await page.post('dlq/redrive', { filters: {}, dry_run: false });

    expect((await linesOf<RedriveEnd>(answer)).at(-1)).toMatchObject({ finished: true, redriven: 1 });
    expect(await stack.callbacks.bodies()).toEqual([{ v: 1, task_id, generation: 1 }]);
    expect((await page.get<LetterList>('dlq')).letters).toEqual([]);
    await page.stop();
  });

  it('lets go of the letters that a redrive has looked at before it lets go of its connections', async () => {
    const desk = awsDesk(outputsTarget(outputsFile()));
    let isStopped = false;
    const late: (string | undefined)[] = [];
    desk.pipeline().sqs.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (isStopped) late.push(commandName);
          return await next(args);
        },
      { step: 'initialize' },
    );
    const stopDesk = () => {
      isStopped = true;
      desk.stop();
    };
    const { url, token, stop } = await serveConsole({ ...desk, stop: stopDesk }, 0);
    await redriveSlowly(consolePage(url, token, stop));

    await stop();

    expect(await deadLetters()).toMatchObject({ visible: 20, in_flight: 0 });
    expect([isStopped, late]).toEqual([true, []]);
  });

  it('lets nobody in without its token, not even to look', async () => {
    const page = await open();

    const without = await fetch(`${page.url}/console/api/overview`, {
      headers: { 'x-console': '1' },
    });
    const guessed = await fetch(`${page.url}/console/api/overview`, {
      headers: { 'x-console': '1', 'x-console-token': 'A'.repeat(43) },
    });
    await page.stop();

    expect([without.status, guessed.status]).toEqual([401, 401]);
  });

  it('submits with the operator’s signature', async () => {
    const page = await open();

    const answer = await page.post('submit', { body: { task_name: 'sleep' }, idempotency_key: 'order-1' });
    await page.stop();

    expect((await answer.json()) as SubmitAnswer).toMatchObject({
      status: 202,
      body: { status: 'accepted' },
    });
    expect(asked).toMatchObject([{ path: '/api/tasks', body: '{"task_name":"sleep"}' }]);
    expect(asked[0]?.headers).toMatchObject({
      'idempotency-key': 'order-1',
      authorization: expect.stringMatching(
        /Credential=AKIATEST\/\d{8}\/eu-central-1\/execute-api\/aws4_request/,
      ),
    });
  });

  it('says how else to submit where it has nothing to sign with', async () => {
    const page = await open(outputsFile({ auth: 'api-key' }));

    const answer = await page.post('submit', { body: { task_name: 'sleep' } });
    await page.stop();

    expect([answer.status, await answer.json()]).toMatchObject([
      501,
      { detail: expect.stringContaining('Copy the curl beside the form') },
    ]);
    expect(asked).toEqual([]);
  });

  it('tells what AWS refuses, and shows the rest', async () => {
    const page = await open();

    const refused = await page.refused('charts');
    await page.stop();

    expect(refused).toMatchObject({ status: 502, detail: expect.stringMatching(/not yours|AccessDenied/) });
  });

  it('gives up on a CloudWatch that has gone silent', { timeout: 20_000 }, async () => {
    const silent = createServer(() => {});
    vi.stubEnv('AWS_ENDPOINT_URL_CLOUDWATCH', await listening(silent));
    vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
    const page = await open();

    const refused = await page.refused('charts');
    await page.stop();

    expect(refused).toMatchObject({
      status: 502,
      detail: expect.stringContaining('AWS did not answer in time'),
    });
  });
});

/** The console's own process; its page's `stop` is Ctrl-C. */
async function start(
  args = ['--outputs', outputsFile()],
  cwd = process.cwd(),
): Promise<{ page: ConsolePage; exited: Promise<unknown> }> {
  const child = spawn(process.execPath, [CLI, 'console', ...args, '--port', '0'], { cwd });
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  let printed = '';
  for await (const chunk of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    printed += chunk;
    if (/#token=/.test(printed)) break;
  }
  const [, url = '', token] = /(http:\/\/127\.0\.0\.1:\d+)\/#token=([\w-]{43})\n/.exec(printed) ?? [];
  const stop = async () => void child.kill('SIGINT');
  return { page: consolePage(url, token, stop), exited };
}

describe('npm run console', () => {
  it('prints the address with the token, and ends by Ctrl-C', async () => {
    const { page, exited } = await start();
    expect((await page.get<About>('about')).name).toBe('the pipeline Callbacks/Pipeline');

    await page.stop();
    expect(await exited).toBe(0);
  });

  it('ends a redrive by Ctrl-C, however long that would have gone on', async () => {
    const { page, exited } = await start();
    await redriveSlowly(page);

    const stopping = performance.now();
    await page.stop();
    expect(await exited).toBe(0);

    expect(performance.now() - stopping).toBeLessThan(5_000);
    expect(await deadLetters()).toMatchObject({ visible: 20, in_flight: 0 });
  });

  it('offers the tasks of the app in the current folder, or none', async () => {
    const folders = [appFolder({ 'tasks/greet.ts': greetTask() }), temporaryDirectory()];
    const offered = [];
    for (const folder of folders) {
      const { page, exited } = await start(undefined, folder);
      offered.push((await page.get<About>('about')).samples.map(({ task_name }) => task_name));
      await page.stop();
      await exited;
    }

    expect(offered).toEqual([['greet'], []]);
  });

  it('says at once that the stack is not to be reached', async () => {
    const child = spawn(process.execPath, [
      CLI,
      'console',
      '--outputs',
      outputsFile({ ledger_table: 'elsewhere' }),
    ]);
    const exited = new Promise((resolve) => child.once('exit', resolve));

    expect(await text(child.stderr)).toMatch(/^ResourceNotFoundException: /);
    expect(await exited).toBe(1);
  });
});

describe('several pipelines in one stack', () => {
  it('are told apart by --pipeline', async () => {
    const file = join(temporaryDirectory(), 'outputs.json');
    const here = {
      ledger_table: stack.pipeline.ledgerTable ?? '',
      tasks_queue_url: stack.tasks.url,
      callbacks_queue_url: stack.callbacks.url,
      dead_letter_queue_url: stack.deadLetters.url,
    };
    writeFileSync(
      file,
      JSON.stringify({
        Shop: outputsOf({ pipeline: 'Shop/Callbacks', ...here }, { pipeline: 'Shop/Reports' }),
        Website: { BucketName: 'pictures' },
      }),
    );

    const { out } = await ops(['dlq', 'list', '--outputs', file, '--pipeline', 'Callbacks']);
    const unnamed = await ops(['dlq', 'list', '--outputs', file]);
    const { page, exited } = await start(['--outputs', file, '--pipeline', 'Shop/Callbacks']);
    const { name } = await page.get<About>('about');
    await page.stop();
    await exited;
    const child = spawn(process.execPath, [CLI, 'console', '--outputs', file]);
    const [errors, code] = await Promise.all([
      text(child.stderr),
      new Promise((resolve) => child.once('exit', resolve)),
    ]);

    expect(out).toContain('in the pipeline Shop/Callbacks.');
    expect(name).toBe('the pipeline Shop/Callbacks');
    const problem =
      'There are several pipelines in the stack Shop. Give --pipeline one of: Shop/Callbacks, Shop/Reports.';
    expect([unnamed.exitCode, unnamed.err]).toEqual([2, problem]);
    expect([code, errors]).toEqual([2, `${problem}\n`]);
  });
});

describe('ops, with --outputs', () => {
  it('works on the stack that the file tells, and asks CloudFormation nothing', async () => {
    const { task_id } = await stack.dead();
    const file = outputsFile();

    const { letters } = await opsReport<LetterList>('dlq', 'list', '--outputs', file);
    await opsReport(
      'dlq',
      'redrive',
      '--host',
      'receiver.example',
      '--outputs',
      file,
      '--stack',
      'Callbacks',
    );

    expect(letters).toMatchObject([{ task_id, reason: 'deadline-passed' }]);
    expect(await stack.callbacks.bodies()).toEqual([{ v: 1, task_id, generation: 1 }]);
  });

  it.each([
    [
      ['--outputs', 'nowhere.json'],
      '--outputs nowhere.json cannot be read (ENOENT). It must be what cdk deploy',
    ],
    [['--outputs', 'package.json'], '--outputs package.json is not understood. It must be what cdk deploy'],
    [
      ['--outputs', 'x', '--state', 'y'],
      '--outputs is on AWS and --state on this machine; give one of them.',
    ],
  ])('does not understand %j', async (args, words) => {
    const { exitCode, err } = await ops(['dlq', 'list', ...args]);

    expect([exitCode, err]).toEqual([2, expect.stringContaining(words)]);
  });

  it('asks which stack of several is meant, and tells those that there are', async () => {
    const file = join(temporaryDirectory(), 'outputs.json');
    writeFileSync(file, JSON.stringify({ One: {}, Two: {} }));

    expect((await ops(['dlq', 'list', '--outputs', file])).err).toBe(
      `${file} has the outputs of One, Two; choose one with --stack NAME.`,
    );
    expect((await ops(['dlq', 'list', '--outputs', file, '--stack', 'Three'])).err).toBe(
      `${file} has no outputs of Three; there are: One, Two.`,
    );
    expect((await ops(['dlq', 'list', '--outputs', file, '--stack', 'Two'])).err).toContain(
      'The stack Two has no pipeline of callback-completion: none of its outputs describes one.',
    );
  });
});
