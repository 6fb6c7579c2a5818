import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runBuild } from '../../../lib/build/run-build.ts';
import type { Check } from '../../../ops/doctor/check.ts';
import type { DeployedPipeline } from '../../../ops/doctor/deployment.ts';
import { examine } from '../../../ops/doctor/examine.ts';
import { appFolder, greetTask } from '../../support/app-folder.ts';
import { type EmbeddedEngines, startEmbeddedEngines } from '../../support/embedded-engines.ts';
import { acceptedTask } from '../../support/entries.ts';
import { outputsOf } from '../../support/stack-outputs.ts';
import { DEPLOYMENT } from './deployment-fixture.ts';
import { StubAccount, type StubbedAccount } from './stub-account.ts';

const CLI = join(import.meta.dirname, '..', '..', '..', 'cli', 'main.ts');

const WELL: StubbedAccount = { bootstrapVersion: '28', runtimes: ['nodejs24.x'], concurrency: 1_000 };

/** Nothing of the machine's own settings counts. */
const ISOLATED = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
};
const ADA = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' };

let engines: EmbeddedEngines;
beforeAll(async () => {
  engines = await startEmbeddedEngines();
});
afterAll(() => engines.stop());

const stubs: StubAccount[] = [];
afterEach(() => {
  for (const stub of stubs.splice(0)) stub.stop();
  vi.unstubAllEnvs();
});

/** The variables with which the SDK asks that account. */
async function settingsFor(account: StubbedAccount) {
  const stub = await StubAccount.start(account);
  stubs.push(stub);
  const endpoints = ['STS', 'SSM', 'LAMBDA', 'CLOUDFORMATION', 'DYNAMODB'].map((service) => [
    `AWS_ENDPOINT_URL_${service}`,
    stub.url,
  ]);
  const env: Record<string, string> = { ...ISOLATED, ...ADA, ...Object.fromEntries(endpoints) };
  return { asked: stub.asked, env };
}

/** An app with tasks, built. */
let app: { readonly folder: string; readonly pipeline: DeployedPipeline };
beforeAll(async () => {
  app = await builtApp({ 'tasks/generate-report.ts': greetTask() });
}, 300_000);

/** @param files of the app */
async function builtApp(files: Readonly<Record<string, string>>) {
  const folder = appFolder({
    'package.json': JSON.stringify({ devDependencies: { 'aws-cdk': '^2.0.0' } }),
    ...files,
  });
  const outputFolder = join(folder, 'built');
  mkdirSync(outputFolder);
  const tasks = await runBuild({
    taskFolders: [join(folder, 'tasks')],
    nodeModules: [],
    appFolder: folder,
    architecture: 'arm64',
    outputFolder,
    local: true,
  });
  return { folder, pipeline: { ...DEPLOYMENT, tasks, workFolder: join(outputFolder, 'run', 'work') } };
}

interface ExaminedWith {
  /** Default: an app with one pipeline, which has the task generate-report. */
  readonly pipelines?: readonly DeployedPipeline[];
  /** Variables of the shell. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Values of `.env`. */
  readonly localValues?: Readonly<Record<string, string>>;
}

/** What is found in that account, by the checks' names. */
async function examined(
  account: StubbedAccount,
  { pipelines = [app.pipeline], variables = {}, localValues = {} }: ExaminedWith = {},
) {
  const settings = await settingsFor(account);
  const { asked } = settings;
  const env = { ...settings.env, ...variables };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const checks = await examine({ folder: app.folder, pipelines }, env, new Map(Object.entries(localValues)));
  return {
    asked,
    all: checks,
    checks: Object.fromEntries(checks.map((check): [string, Check] => [check.name, check])),
  };
}

describe('an account', () => {
  it('is told of what is wrong with it and what to do', async () => {
    const { checks } = await examined({
      bootstrapVersion: '4',
      runtimes: ['nodejs22.x'],
      concurrency: 10,
      stack: { status: 'UPDATE_ROLLBACK_FAILED', outputs: outputsOf({ pipeline: 'Jobs/Pipeline' }) },
    });

    expect(checks.bootstrap).toMatchObject({
      status: 'failed',
      finding: 'its version is 4; 6 or later is needed',
      next: ['npx cdk bootstrap aws://123456789012/eu-central-1'],
    });
    expect(checks.runtime).toMatchObject({ status: 'failed' });
    expect(checks.concurrency).toMatchObject({ status: 'failed' });
    expect(checks.stack).toMatchObject({
      status: 'failed',
      next: ['npx cdk rollback Jobs', expect.any(String)],
    });
  });

  it('is not looked at with credentials that have expired', async () => {
    const { checks, asked } = await examined({ ...WELL, refusal: 'ExpiredToken' });

    expect(checks.credentials).toMatchObject({
      status: 'failed',
      finding: expect.stringContaining('they have expired'),
    });
    expect(checks.stack).toMatchObject({
      status: 'skipped',
      finding: 'cannot be asked without credentials',
    });
    expect(new Set(asked)).toEqual(new Set(['GetCallerIdentity']));
  });

  it('is not called wrong where one may not look', async () => {
    const { checks } = await examined({ ...WELL, forbidden: true });

    expect(checks.concurrency).toMatchObject({
      status: 'skipped',
      next: ['It takes lambda:GetAccountSettings'],
    });
    expect(checks.stack).toMatchObject({
      status: 'skipped',
      next: ['It takes cloudformation:DescribeStacks'],
    });
    expect(checks['unfinished tasks']).toMatchObject({
      status: 'skipped',
      next: ['It takes cloudformation:DescribeStacks'],
    });
  });
});

describe('the tasks', () => {
  it('are loaded without credentials, with the variables of the shell and of .env', async () => {
    const { pipeline } = await builtApp({
      'tasks/needs-bucket.ts': `${greetTask()}\nif (!process.env.BUCKET) throw new Error('BUCKET is not set');`,
      'tasks/needs-stage.ts': `${greetTask()}\nif (!process.env.STAGE) throw new Error('STAGE is not set');`,
      'tasks/needs-topic.ts': `${greetTask()}\nif (!process.env.TOPIC) throw new Error('TOPIC is not set');`,
    });

    const { checks } = await examined(
      { ...WELL, refusal: 'ExpiredToken' },
      { pipelines: [pipeline], variables: { STAGE: 'test' }, localValues: { BUCKET: 'images' } },
    );

    expect(checks.tasks).toMatchObject({
      status: 'warning',
      finding: expect.stringMatching(
        /^1 of 3 tasks .*:\nneeds-topic: Error: TOPIC is not set, at .*needs-topic\.ts:7:\d+$/,
      ),
    });
  });
});

describe('the ledger of a stack', () => {
  const deployed = (table: string) => ({
    ...WELL,
    stack: {
      status: 'UPDATE_COMPLETE',
      outputs: outputsOf({ pipeline: 'Jobs/Pipeline', ledger_table: table }),
    },
  });

  it('is searched for samples of 0.1.0 that an upgrade without samples would not deploy', async () => {
    const { ledger, table } = await engines.newLedger();
    await ledger.create(acceptedTask({ task_name: 'sleep' }));
    await ledger.create(acceptedTask({ task_name: 'generate-report' }));

    const { checks } = await examined(deployed(table), {
      variables: { AWS_ENDPOINT_URL_DYNAMODB: engines.dynamodb.endpoint },
    });

    expect(checks['unfinished tasks']).toMatchObject({
      status: 'warning',
      finding: expect.stringContaining(
        '1 unfinished task named after tasks that this deployment does not have: sleep (1)',
      ),
      next: [expect.stringContaining('deploy with -c samples=true in a clone')],
    });
  });

  it('is skipped without the permission to scan it', async () => {
    const { checks, asked } = await examined(deployed('ledger'));

    expect(checks.stack?.status).toBe('ok');
    expect(checks['unfinished tasks']).toEqual({
      name: 'unfinished tasks',
      pipeline: 'Jobs/Pipeline',
      status: 'skipped',
      finding: 'could not be asked: AccessDeniedException: not authorized',
      next: ['It takes dynamodb:Scan on the ledger, and kms:Decrypt if it has a key of yours'],
    });
    expect(asked).toContain('Scan ledger');
  });

  it('is read of a stack that 0.1.0 deployed', async () => {
    const { ledger, table } = await engines.newLedger();
    await ledger.create(acceptedTask({ task_name: 'sleep' }));
    const outputs = {
      ApiUrl: 'https://x',
      Auth: 'iam',
      CallbacksQueueUrl: 'https://x',
      DeadLetterQueueUrl: 'https://x',
      DeliveryDeadlineSeconds: '259200',
      LedgerTableName: table,
      MasterSecretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:Master-Ab12Cd',
      MetricsNamespace: 'Jobs/Pipeline',
      RetentionSeconds: '2592000',
      TasksQueueUrl: 'https://x',
    };

    const { checks } = await examined(
      { ...WELL, stack: { status: 'CREATE_COMPLETE', outputs } },
      { variables: { AWS_ENDPOINT_URL_DYNAMODB: engines.dynamodb.endpoint } },
    );

    expect(checks.stack).toMatchObject({
      status: 'ok',
      finding: 'Jobs is CREATE_COMPLETE: it will be updated',
    });
    expect(checks['unfinished tasks']).toMatchObject({
      status: 'warning',
      finding: expect.stringContaining('sleep (1)'),
    });
  });
});

describe('several pipelines', () => {
  it('are each checked under their names, and share the quota', async () => {
    const { ledger, table } = await engines.newLedger();
    await ledger.create(acceptedTask({ task_name: 'thumbnail' }));
    const second: DeployedPipeline = {
      ...app.pipeline,
      name: 'Jobs/Images',
      nameInOutput: 'Jobs/Images',
      id: 'Images',
      architecture: 'x86_64',
    };
    const outputs = outputsOf({ pipeline: 'Jobs/Images', ledger_table: table });

    const { all, asked } = await examined(
      { ...WELL, stack: { status: 'CREATE_COMPLETE', outputs } },
      {
        pipelines: [app.pipeline, second],
        variables: { AWS_ENDPOINT_URL_DYNAMODB: engines.dynamodb.endpoint },
      },
    );

    expect(all.map(({ pipeline, name, status }) => [pipeline, name, status])).toEqual([
      [undefined, 'cdk', 'ok'],
      ['Jobs/Pipeline', 'tasks', 'ok'],
      ['Jobs/Images', 'tasks', 'ok'],
      [undefined, 'credentials', 'ok'],
      [undefined, 'region', 'ok'],
      [undefined, 'concurrency', 'ok'],
      ['Jobs/Pipeline', 'bootstrap', 'ok'],
      ['Jobs/Pipeline', 'runtime', 'ok'],
      ['Jobs/Pipeline', 'stack', 'ok'],
      ['Jobs/Pipeline', 'unfinished tasks', 'ok'],
      ['Jobs/Images', 'bootstrap', 'ok'],
      ['Jobs/Images', 'runtime', 'ok'],
      ['Jobs/Images', 'stack', 'ok'],
      ['Jobs/Images', 'unfinished tasks', 'warning'],
    ]);
    expect(all[9]?.finding).toBe('Jobs has no pipeline Jobs/Pipeline yet');
    expect(asked.filter((question) => question === 'DescribeStacks Jobs')).toHaveLength(1);
  });
});

/**
 * Runs the doctor to its end.
 *
 * @param isDue resolves when it is to be interrupted
 */
async function doctor(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd = process.cwd(),
  isDue?: () => Promise<unknown>,
) {
  const child = spawn(process.execPath, [CLI, 'doctor', ...args], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
    cwd,
  });
  isDue?.().then(() => child.kill('SIGINT'));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [code, output, errors] = await Promise.all([exited, text(child.stdout), text(child.stderr)]);
  return { code, output, errors };
}

describe('npm run doctor', () => {
  it('finds nothing to mend where all is well with these settings', async () => {
    const { asked, env } = await settingsFor(WELL);
    const args = ['--json', '-c', 'stackName=Jobs', '-c', 'runConcurrency=50'];

    const { code, output, errors } = await doctor(args, env);

    expect([code, errors]).toEqual([0, '']);
    const { pipelines, checks } = JSON.parse(output) as { pipelines: unknown; checks: readonly Check[] };
    expect(pipelines).toEqual([{ name: 'Jobs/Pipeline', stack: 'Jobs' }]);
    expect(checks.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'cdk ok',
      'tasks ok',
      'credentials ok',
      'region ok',
      'concurrency ok',
      'bootstrap ok',
      'runtime ok',
      'stack ok',
      'unfinished tasks ok',
    ]);
    expect(checks[1]?.finding).toMatch(/^\d+ tasks? can be built and loaded: .*generate-report/);
    expect(checks[2]?.finding).toBe('arn:aws:iam::123456789012:user/ada, of account 123456789012');
    expect(checks[4]?.finding).toContain('up to 70 (50 + 20)');
    expect(asked.sort()).toEqual([
      'DescribeStacks Jobs',
      'GetAccountSettings',
      'GetCallerIdentity',
      'GetParameter /cdk-bootstrap/hnb659fds/version',
      'ListLayers nodejs24.x',
    ]);
  });

  it('runs without credentials and a region, and says so', async () => {
    const { code, output } = await doctor([], ISOLATED);

    expect(code).toBe(1);
    expect(output).toContain('failed   credentials       there are none');
    expect(output).toContain('failed   region            none is set');
    expect(output).toMatch(/ok {7}tasks {13}\d+ tasks? can be built and loaded: .*generate-report/);
    expect(output).toContain('skipped  unfinished tasks  cannot be asked without credentials');
    expect(output).toContain('2 ok, 2 failed, 5 skipped. Fix what failed first.');
  });

  it('fails for a --dotenv file that cannot be read', async () => {
    const { code, errors } = await doctor(['--dotenv', 'no-such.env'], ISOLATED);

    expect(code).toBe(2);
    expect(errors).toContain('no-such.env cannot be read (ENOENT)');
  });

  it('can be interrupted while the app is synthesized, and leaves nothing behind', async () => {
    const folder = appFolder({
      'cdk.json': '{"app":"node app.mjs"}',
      'app.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync('started', ''); setInterval(() => {}, 60_000);`,
      'temporary/keep': '',
    });
    const TMPDIR = join(folder, 'temporary');

    const interrupted = doctor([], { ...ISOLATED, TMPDIR }, folder, () =>
      vi.waitUntil(() => existsSync(join(folder, 'started')), { timeout: 60_000 }),
    );

    expect(await interrupted).toEqual({ code: 1, output: '', errors: '' });
    expect(readdirSync(TMPDIR)).toEqual(['keep']);
  }, 90_000);

  it('can be interrupted while it waits for AWS', async () => {
    const asked = Promise.withResolvers<void>();
    const silent = createServer(() => asked.resolve()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const env = { ...ISOLATED, ...ADA, AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${port}` };

    const interrupted = await doctor([], env, process.cwd(), () => asked.promise);
    silent.closeAllConnections();
    silent.close();

    // Without its report.
    expect(interrupted).toEqual({ code: 1, output: '', errors: '' });
  }, 90_000);

  it('refuses settings that there are not', async () => {
    const { code, errors } = await doctor(['-c', 'runConcurency=5'], ISOLATED);

    expect(code).toBe(1);
    expect(errors).toContain('The app could not be synthesized:');
    expect(errors).toContain('runConcurency: there is no such setting');
  });
});

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

/** Source of an app of somebody's own. */
const shop = (define: string) => `
import { App, Stack } from 'aws-cdk-lib';
import { CallbackCompletion } from '${REPOSITORY}/lib/callback-completion.ts';
const app = new App();
const shop = new Stack(app, 'Shop');
const billing = new Stack(app, 'Billing', { env: { region: 'eu-west-1' } });
${define}
app.synth();
`;

function appOf(define: string, files: Readonly<Record<string, string>> = {}): string {
  return appFolder({
    'cdk.json': '{"app":"node app.ts"}',
    'package.json': '{"type":"module"}',
    'app.ts': shop(define),
    ...files,
  });
}

describe("the doctor in an app of somebody's own", () => {
  it('examines every pipeline, each in its own region, and refuses one that does not exist', async () => {
    const folder = appOf(
      "new CallbackCompletion(shop, 'Callbacks'); new CallbackCompletion(billing, 'Callbacks', { tasks: 'other' });",
      { 'tasks/greet.ts': greetTask(), 'other/invoice.ts': greetTask() },
    );
    const { asked, env } = await settingsFor(WELL);

    const all = await doctor(['--json'], env, folder);
    const none = await doctor(['--pipeline', 'Orders'], env, folder);

    expect([all.code, all.errors]).toEqual([0, '']);
    const { pipelines, checks } = JSON.parse(all.output) as { pipelines: unknown; checks: readonly Check[] };
    expect(pipelines).toEqual([
      { name: 'Shop/Callbacks', stack: 'Shop' },
      { name: 'Billing/Callbacks', stack: 'Billing' },
    ]);
    expect(checks.filter(({ name }) => name === 'tasks')).toMatchObject([
      { pipeline: 'Shop/Callbacks', finding: '1 task can be built and loaded: greet' },
      { pipeline: 'Billing/Callbacks', finding: '1 task can be built and loaded: invoice' },
    ]);
    expect(checks.filter(({ name }) => name === 'concurrency').map(({ finding }) => finding)).toEqual([
      expect.stringContaining('in eu-central-1'),
      expect.stringContaining('in eu-west-1'),
    ]);
    expect(asked).toEqual(expect.arrayContaining(['DescribeStacks Shop', 'DescribeStacks Billing']));
    expect([none.code, none.errors]).toEqual([
      2,
      'There is no pipeline Orders. Give --pipeline one of: Shop/Callbacks, Billing/Callbacks.\n',
    ]);
  }, 300_000);

  it('reports what keeps it from an examination', async () => {
    const empty = appFolder();
    const withoutPipeline = appOf('');
    const failing = appOf("throw new Error('no licence');");
    const brokenTask = appOf("new CallbackCompletion(shop, 'Callbacks');", {
      'tasks/greet.ts': greetTask("timeout: '2 minutes'"),
    });

    const answers = await Promise.all(
      [empty, withoutPipeline, failing, brokenTask].map((folder) => doctor([], ISOLATED, folder)),
    );

    expect(answers.map(({ code }) => code)).toEqual([1, 1, 1, 1]);
    expect(answers[0]?.errors).toBe(
      `There is no cdk.json in ${empty}. Change to the folder of your CDK app and start again.\n`,
    );
    expect(answers[1]?.errors).toContain('The app has no pipeline');
    expect(answers[2]?.errors).toMatch(/^The app could not be synthesized:\n\n(.|\n)*Error: no licence/);
    expect(answers[3]?.errors).toContain('greet.ts: timeout "2 minutes" must be a whole number');
  }, 300_000);
});
