import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readNotes } from '../../lib/build/build-notes.ts';
import type { AppDescription, PipelineDescription } from '../../local/app-description.ts';
import { type Assembly, readAssembly } from '../../local/assembly.ts';
import { describeApp } from '../../local/describe-app.ts';
import { LocalValueError } from '../../local/env-file.ts';
import { findPipelines } from '../../local/find-pipelines.ts';
import { synthesize } from '../../local/synthesize.ts';
import { appFolder } from '../support/app-folder.ts';
import { shopFiles } from './apps/shop.ts';
import { temporaryDirectory } from './assembly-fixture.ts';

const { context: flags } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));

const ENDPOINTS = {
  api: (pipeline: string) => `http://api/${pipeline}`,
  s3: 'http://127.0.0.1:4566',
  sqs: 'http://sqs',
};

let folder: string;
let assembly: Assembly;
beforeAll(async () => {
  folder = appFolder(shopFiles(flags));
  const directory = temporaryDirectory();
  await synthesize({ directory, appFolder: folder, settings: { maxRuns: '9' } });
  assembly = readAssembly(directory);
}, 120_000);

const described = (pipelines?: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  describeApp(assembly, ENDPOINTS, { path: '.env', values: new Map(Object.entries(env)) }, { pipelines });

const only = ({ pipelines }: AppDescription): PipelineDescription => {
  const [pipeline, ...more] = pipelines;
  if (pipeline === undefined || more.length > 0) throw new Error(`${pipelines.length} pipelines`);
  return pipeline;
};

const work = ({ functions }: PipelineDescription) =>
  functions.find(({ part }) => part === 'run')?.environment ?? {};

const names = (all: readonly { readonly name: string }[]) =>
  all.map(({ name }) => name.replace(/[0-9A-Fa-f]{8}(?=-|$|\.)/g, '…'));

describe('an app with pipelines among much else', () => {
  it('has its pipelines found in stacks, nested stacks and stages', () => {
    expect(findPipelines(assembly).map(({ name, id, stackName }) => ({ name, id, stackName }))).toEqual([
      { name: 'Shop/Callbacks', id: 'Callbacks', stackName: 'Shop' },
      { name: 'Shop/Reports', id: 'Reports', stackName: 'Shop' },
      { name: 'Beta/Shop/Inner/Callbacks', id: 'Callbacks', stackName: 'Beta/Shop' },
    ]);
  });

  it('has of each pipeline what runs, under the names that it has had', () => {
    const app = described(['Shop/Callbacks'], { REPORTS_API: 'http://127.0.0.1:2' });
    const pipeline = only(app);

    expect(pipeline.functions.map(({ part }) => part)).toEqual([
      'submit',
      'run',
      'deliver',
      'wake',
      'task-status',
      'complete-task',
    ]);
    expect(pipeline.mappings).toHaveLength(2);
    expect(pipeline.routes.map(({ routeKey }) => routeKey)).toContain('POST /api/tasks');
    expect(pipeline.schedules).toMatchObject([{ everySeconds: 60 }]);
    expect(pipeline.ledgerTable).toMatch(/^Shop-CallbacksLedgerTable[0-9A-F]{8}$/);
    expect(pipeline.queueUrls).toEqual({
      tasks: expect.stringMatching(/^http:\/\/sqs\/000000000000\/Shop-CallbacksTasksQueue[0-9A-F]{8}$/),
      callbacks: expect.stringMatching(/\/Shop-CallbacksQueue[0-9A-F]{8}$/),
      'dead-letters': expect.stringMatching(/\/Shop-CallbacksDeadLettersQueue[0-9A-F]{8}$/),
    });
    expect(pipeline.masterSecretArn).toMatch(/:secret:Shop-CallbacksMasterSecret[0-9A-F]{8}$/);
  });

  it('has its code built from its own tasks, although the bundling of others is skipped', () => {
    const folders = ['Shop/Callbacks', 'Beta/Shop/Inner/Callbacks'].map((name) => {
      const run = only(described([name], { REPORTS_API: 'x' })).functions.find(({ part }) => part === 'run');
      return run?.codeDirectory ?? '';
    });

    for (const code of folders) {
      expect(existsSync(join(code, 'work', 'tasks.json'))).toBe(true);
      expect(readNotes(code)?.request.taskFolders).toEqual([join(folder, 'tasks')]);
    }
  });

  it('creates what the work refers to in other stacks, and nothing else', () => {
    const app = described(['Shop/Callbacks'], { REPORTS_API: 'http://127.0.0.1:2' });

    expect(names(app.buckets)).toEqual(['storage-documents…']);
    expect(names(app.tables)).toEqual(['Shop-CallbacksLedgerTable…', 'Storage-Orders…']);
    expect(app.tables[1]?.globalIndexes).toMatchObject([{ IndexName: 'by-day' }]);
    expect(names(app.queues)).toEqual([
      'Shop-CallbacksDeadLettersQueue…',
      'Shop-CallbacksTasksQueue…',
      'Shop-CallbacksQueue…',
      'Shop-Failed….fifo',
      'Shop-Steps….fifo',
    ]);
    expect(names(app.secrets)).toEqual(['Shop-CallbacksMasterSecret…', 'Storage-VendorKey…']);
    const environment = work(only(app));
    expect(environment).toMatchObject({
      DOCUMENTS: app.buckets[0]?.name,
      ORDERS: app.tables[1]?.name,
      STEPS: app.queues[4]?.url,
      WORK_SECRET_VENDOR_KEY: app.secrets[1]?.arn,
      MAX_RUNS: '9',
    });
  });

  it('names the variable that only .env can give, and runs with it', () => {
    const refusal = () => described(['Shop/Reports']);

    expect(refusal).toThrow(LocalValueError);
    expect(refusal).toThrow(
      /^The environment variable VENDOR_URL of the work refers to \{"Ref":"SsmParameterValue\w+"\}, which the local stack does not have\. Set a value for this machine in \.env: VENDOR_URL=…$/,
    );
    const app = described(['Shop/Reports'], { VENDOR_URL: 'http://127.0.0.1:1' });
    expect(work(only(app)).VENDOR_URL).toBe('http://127.0.0.1:1');
    expect(names(app.buckets)).toEqual(['shop-archive…-bucket…']);
    expect(work(only(app)).ARCHIVE).toBe(app.buckets[0]?.name);
    expect(names(app.topics)).toEqual(['Shop-ReportsAlarmTopic…', 'Shop-Archive…-News…']);
    expect(work(only(app)).NEWS).toBe(`arn:aws:sns:us-east-1:000000000000:${app.topics[1]?.name}`);
  });

  it('has the address of another pipeline, if that runs too', () => {
    expect(() => described(['Shop/Callbacks'])).toThrow(/^The environment variable REPORTS_API of the work /);
    const { pipelines, queues } = described(['Shop/Callbacks', 'Shop/Reports'], { VENDOR_URL: 'x' });

    expect(pipelines.map(work).map(({ REPORTS_API, API_URL }) => [REPORTS_API, API_URL])).toEqual([
      ['http://api/Shop/Reports', 'http://api/Shop/Callbacks'],
      [undefined, 'http://api/Shop/Reports'],
    ]);
    expect(new Set(names(queues)).size).toBe(queues.length);
    expect(pipelines[1]?.routes.map(({ authorizer }) => authorizer.type)).toContain('function');
  });

  it('keeps stacks of the same name in two stages apart', () => {
    const app = described(['Beta/Shop/Inner/Callbacks']);

    expect(only(app).ledgerTable).toMatch(/^Beta-Shop-Inner[0-9A-F]{8}-CallbacksLedgerTable[0-9A-F]{8}$/);
    expect(names(app.buckets)).toEqual(['beta-shop-documents…']);
    expect(work(only(app)).DOCUMENTS).toBe(app.buckets[0]?.name);
  });
});
