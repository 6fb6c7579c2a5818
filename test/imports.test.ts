import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

/** One `import`: `from` and, where it is a file of ours, `to` are paths below the repository. */
interface Import {
  readonly from: string;
  readonly to: string;
  /** Only types are taken, which leave nothing in the running code. */
  readonly typesOnly: boolean;
}

const ROOT = join(import.meta.dirname, '..');

/** `import … from 'x'`, `export … from 'x'`, `import 'x'` and `import('x')`. */
const IMPORT = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'/gm;

function importsOf(from: string): Import[] {
  const source = readFileSync(join(ROOT, from), 'utf8');
  return [...source.matchAll(IMPORT)].map(([, type, named, dynamic]) => {
    const to = named ?? dynamic ?? '';
    return {
      from,
      to: to.startsWith('.') ? posix.join(dirname(from), to) : to,
      typesOnly: type !== undefined,
    };
  });
}

const imports = globSync(
  '{bin,cli,console,lambda,lib,local,openapi,ops,package,tasks,testing}/**/*.{ts,tsx}',
  // The app that `init` writes is a user's.
  { cwd: ROOT, exclude: ['cli/init/app/**'] },
).flatMap(importsOf);
const within = (folder: string) => imports.filter(({ from }) => from.startsWith(`${folder}/`));

/** The offending imports, `from → to`; none where the rule is kept. */
const told = (offending: readonly Import[]) => offending.map(({ from, to }) => `${from} → ${to}`);

/** Every file that `entry` brings into the running code, itself included. */
function reachedFrom(entry: string): Set<string> {
  const reached = new Set([entry]);
  for (const file of reached) {
    for (const { from, to, typesOnly } of imports) {
      if (from === file && !typesOnly) reached.add(to);
    }
  }
  return reached;
}

const STAGES = ['submit', 'run', 'deliver', 'wake', 'task-status', 'complete-task', 'authorize'];

describe('who may import whom', () => {
  it('is looked at in every file', () => {
    // Guards the rules below against a pattern that finds nothing.
    expect(told(imports)).toEqual(
      expect.arrayContaining([
        'bin/app.ts → lib/callback-completion-stack.ts',
        'lib/stage.ts → lambda/contract/settings.ts',
        'lambda/deliver/handler.ts → lambda/callback/post.ts',
        'lambda/callback/request.ts → lambda/ledger/entry.ts',
        'lambda/queue/queue.ts → @aws-sdk/client-sqs',
        'lambda/callback/post.ts → node:https',
        'console/page/app.tsx → preact',
        'console/console.ts → console/guard.ts',
      ]),
    );
  });

  it('bin starts what lib and ops hold', () => {
    const allowed = /^(lib|ops|bin)\//;
    const ours = within('bin').filter(({ to }) => /^(bin|console|lambda|lib|local|ops|test)\//.test(to));
    expect(told(ours.filter(({ to }) => !allowed.test(to)))).toEqual([]);
  });

  it('the command starts what local, ops and console hold', () => {
    const programs = /^(console\/run-console|local\/run-locally|ops\/run-ops|ops\/doctor\/run-doctor)\.ts$/;
    const allowed = /^cli\/|^node:|^lambda\/contract\/version\.ts$|^package\/(files|node-version)\.ts$/;
    // The files of a new app import what that app has.
    const offending = within('cli').filter(
      ({ from, to }) => !from.startsWith('cli/init/app/') && !allowed.test(to) && !programs.test(to),
    );
    expect(told(offending)).toEqual([]);
  });

  it('where the files of the package are, and how its commands are called, depends on nothing', () => {
    const known = ['package/command-name.ts', 'package/files.ts', 'package/node-version.ts'];
    const offending = within('package').filter(
      ({ from, to }) => known.includes(from) && !known.includes(to) && !to.startsWith('node:'),
    );
    expect(told(offending)).toEqual([]);
  });

  it('lib imports of the functions their contract, and no code', () => {
    const offending = within('lib').filter(
      ({ from, to }) =>
        /^(bin|console|lambda\/(?!contract\/)|local|openapi|ops|test)\//.test(to) &&
        !from.startsWith('lib/build/'),
    );
    expect(told(offending)).toEqual([]);
  });

  it('the build makes the code of functions: it reads tasks as they do, and knows nothing of the template', () => {
    const allowed = /^lambda\/(contract|task|callback)\/|^lambda\/run\/work\.ts$|^lib\/build\//;
    const offending = within('lib/build').filter(
      ({ to }) =>
        /^(bin|console|lambda|lib|local|openapi|ops|test)\/|^aws-cdk-lib/.test(to) && !allowed.test(to),
    );
    expect(told(offending)).toEqual([]);
  });

  it('tasks import what every app can: the task module, packages and their own files', () => {
    const offending = within('tasks').filter(({ to }) =>
      /^(bin|console|lambda|lib|local|openapi|ops|test|testing)\//.test(to),
    );
    expect(told(offending)).toEqual([]);
  });

  it('the contract imports nothing but itself, and the formats of callbacks', () => {
    const offending = within('lambda/contract').filter(({ from, to }) => {
      // A format's name and writer are one entry of one list; what a program does not use is not in its bundle.
      const isFormat = from === 'lambda/contract/formats.ts' && to.startsWith('lambda/callback/formats/');
      return !to.startsWith('lambda/contract/') && !isFormat;
    });
    expect(told(offending)).toEqual([]);
  });

  it('a format of callbacks imports the contract and its schema alone', () => {
    const offending = within('lambda/callback/formats').filter(
      ({ to }) => !/^(lambda\/(contract|callback\/formats)\/|zod\/mini$)/.test(to),
    );
    expect(told(offending)).toEqual([]);
  });

  it('functions import of the settings their types alone: the rows are in no bundle', () => {
    const offending = within('lambda').filter(
      ({ from, to, typesOnly }) =>
        to === 'lambda/contract/settings.ts' && !typesOnly && !from.startsWith('lambda/contract/'),
    );
    expect(told(offending)).toEqual([]);
  });

  it('what runs locally knows of lib how functions are built, and nothing of the template', () => {
    const offending = within('local').filter(
      ({ to }) => to.startsWith('lib/') && !to.startsWith('lib/build/'),
    );
    expect(told(offending)).toEqual([]);
  });

  it('of ops, the doctor alone synthesizes the app', () => {
    const offending = within('ops').filter(
      ({ from, to }) => /^(lib|aws-cdk-lib)/.test(to) && !from.startsWith('ops/doctor/'),
    );
    expect(told(offending)).toEqual([]);
  });

  it('the console is a face of ops: it knows neither the template nor the tests, and ops does not know it', () => {
    const offending = [
      ...within('console').filter(({ to }) =>
        /^(bin|lib\/(?!build\/)|openapi|test)\/|^aws-cdk-lib|^constructs/.test(to),
      ),
      ...within('ops').filter(({ to }) => to.startsWith('console/')),
    ];
    expect(told(offending)).toEqual([]);
  });

  it('the page is preact, what the API says and the states of tasks, and nothing of the code of its server', () => {
    const allowed = /^(console\/page\/|preact$|preact\/|lambda\/contract\/states\.ts$)/;
    const offending = within('console/page').filter(
      ({ to, typesOnly }) => !allowed.test(to) && !(typesOnly && to === 'console/api-types.ts'),
    );
    expect(told(offending)).toEqual([]);
  });

  it('lambda stands for itself', () => {
    const offending = within('lambda').filter(({ to }) =>
      /^((bin|console|lib|local|openapi|ops|test)\/|aws-cdk-lib|constructs)/.test(to),
    );
    expect(told(offending)).toEqual([]);
  });

  it.each(STAGES)('%s imports no other stage', (stage) => {
    const others = STAGES.filter((other) => other !== stage).map((other) => `lambda/${other}/`);
    const offending = within(`lambda/${stage}`).filter(({ to }) =>
      others.some((other) => to.startsWith(other)),
    );
    expect(told(offending)).toEqual([]);
  });

  it('what the stages share imports no stage', () => {
    const stages = new RegExp(`^lambda/(${STAGES.join('|')})/`);
    const offending = within('lambda').filter(({ from, to }) => !stages.test(from) && stages.test(to));
    expect(told(offending)).toEqual([]);
  });

  it('the SDK is used by the ledger, the queue and the reader of the master secret alone', () => {
    const allowed = [
      /^lambda\/ledger\/.* → @aws-sdk\/(client|util)-dynamodb$/,
      /^lambda\/queue\/queue\.ts → @aws-sdk\/client-sqs$/,
      /^lambda\/callback\/client-secrets\.ts → @aws-sdk\/client-secrets-manager$/,
    ];
    const sdk = told(within('lambda').filter(({ to }) => to.startsWith('@aws-sdk/')));
    expect(sdk.filter((line) => !allowed.some((rule) => rule.test(line)))).toEqual([]);
  });

  it.each([
    'authorize/api-key.ts',
    'authorize/authorize.ts',
    'equal.ts',
    'ledger/entry.ts',
    'ledger/keys.ts',
    'ledger/payload.ts',
    'callback/backoff.ts',
    'callback/breaker.ts',
    'callback/shared-breaker.ts',
    'callback/outcome.ts',
    'callback/signature.ts',
    'callback/signing-secret.ts',
    'callback/url.ts',
    'callback/host-name.ts',
    'callback/rules.ts',
    'callback/embedded-ipv4.ts',
    'callback/public-address.ts',
    'contract/formats.ts',
    'queue/message.ts',
    'queue/waiting-room.ts',
  ])('%s decides, and touches nothing outside of it', (file) => {
    // node:net for its address lists, node:crypto for its hashes.
    const pure = /^(lambda\/|node:crypto$|node:net$|zod\/mini$)/;
    expect([...reachedFrom(`lambda/${file}`)].filter((reached) => !pure.test(reached))).toEqual([]);
  });

  it('no function contains a task of this repository before the build finishes it for an app', () => {
    const entries = [...STAGES.map((stage) => `lambda/${stage}/handler.ts`), 'lambda/run/task-process.ts'];
    const tasks = entries.flatMap((entry) =>
      [...reachedFrom(entry)].filter((file) => file.startsWith('tasks/')),
    );
    expect(tasks).toEqual([]);
  });

  it('no signing secret and no AWS client is in the thread in which tasks run', () => {
    const reached = [...reachedFrom('lambda/run/task-process.ts')];
    // The formats of callbacks stand beside their names; they are pure.
    const kept = /^(@aws-sdk\/|lambda\/(callback\/(?!formats\/)|ledger\/|queue\/))/;
    expect(reached.filter((file) => kept.test(file))).toEqual([]);
  });
});
