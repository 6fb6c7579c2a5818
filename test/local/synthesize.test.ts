import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { AppConfigError } from '../../local/app-config.ts';
import { SynthesisError, type SynthesisSettings, synthesize } from '../../local/synthesize.ts';
import { appFolder } from '../support/app-folder.ts';
import { eventually, temporaryDirectory } from './assembly-fixture.ts';

/** Writes what it is given, as JSON, into its output folder. */
const SHOW = `
const { writeFileSync, readFileSync } = require('node:fs');
const { env } = process;
const file = env.CONTEXT_OVERFLOW_LOCATION_ENV;
const context = { ...JSON.parse(env.CDK_CONTEXT_JSON), ...(file && JSON.parse(readFileSync(file, 'utf8'))) };
const given = { context, word: env.PASSWORD_OF_THE_DAY, account: env.CDK_DEFAULT_ACCOUNT, region: env.CDK_DEFAULT_REGION, path: env.PATH, cwd: process.cwd(), validation: env.CDK_VALIDATION };
writeFileSync(env.CDK_OUTDIR + '/given.json', JSON.stringify(given));
`;

async function given(
  files: Readonly<Record<string, string>>,
  settings: Omit<SynthesisSettings, 'directory'> = {},
) {
  const folder = appFolder({ 'cdk.json': '{"app":"node show.cjs"}', 'show.cjs': SHOW, ...files });
  const directory = temporaryDirectory();
  await synthesize({ directory, appFolder: folder, ...settings });
  return { folder, ...JSON.parse(readFileSync(join(directory, 'given.json'), 'utf8')) };
}

/** What a synthesis of that command is refused with. */
async function refused(app: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = appFolder({ 'cdk.json': JSON.stringify({ app }), ...files });
  const synthesis = synthesize({ directory: temporaryDirectory(), appFolder: folder });
  const error = await synthesis.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SynthesisError);
  return (error as Error).message;
}

describe('synthesizing an app', () => {
  it('runs the command of cdk.json in its folder, with the context of the files and of the command line', async () => {
    const { folder, context, path, cwd, word } = await given(
      {
        'cdk.json': '{"app":"node show.cjs && true","context":{"a":"project","b":"project"}}',
        'cdk.context.json': '{"c":"look-ups"}',
      },
      {
        context: { b: 'command line' },
        settings: { retrySchedule: '1s,1s' },
        variables: { PASSWORD_OF_THE_DAY: 'swordfish' },
      },
    );

    expect(cwd).toBe(folder);
    expect(word).toBe('swordfish');
    expect(path.split(':')[0]).toBe(`${folder}/node_modules/.bin`);
    expect(context).toMatchObject({
      a: 'project',
      b: 'command line',
      c: 'look-ups',
      'aws:cdk:enable-path-metadata': true,
      'aws:cdk:enable-asset-metadata': true,
      'aws:cdk:bundling-stacks': [],
      'callback-completion:local-settings': { settings: { retrySchedule: '1s,1s' }, allowsLoopback: false },
    });
  });

  it('names an account and a region, so that look-ups take dummies', async () => {
    vi.stubEnv('CDK_DEFAULT_ACCOUNT', undefined);
    vi.stubEnv('CDK_DEFAULT_REGION', 'eu-west-1');

    expect(await given({})).toMatchObject({ account: '000000000000', region: 'eu-west-1' });
    vi.unstubAllEnvs();
  });

  it('skips validations, which would refuse those dummies and what only AWS must accept', async () => {
    const { context, validation } = await given({});

    expect(validation).toBe('false');
    expect(context['@aws-cdk/core:failSynthOnValidationErrors']).toBe(false);
  });

  it('passes on look-ups that are too long for a variable', async () => {
    const { context } = await given({ 'cdk.context.json': JSON.stringify({ long: 'x'.repeat(200_000) }) });

    expect(context.long).toHaveLength(200_000);
    expect(context['aws:cdk:bundling-stacks']).toEqual([]);
  });

  it('builds first, and runs a plain JavaScript file by Node', async () => {
    const { cwd } = await given({
      'cdk.json': '{"build":"mv show.cjs show.js","app":"show.js"}',
      'package.json': '{"type":"commonjs"}',
    });

    expect(cwd).toBeDefined();
  });

  it('shows all that a failing app wrote to stderr', async () => {
    const app = `console.log('synthesizing'); console.error('line 1\\nline 2'); process.exitCode = 3;`;

    expect(await refused('node app.cjs', { 'app.cjs': app })).toBe('line 1\nline 2');
    expect(await refused('echo it broke; false')).toBe('it broke');
    expect(await refused('exit 7')).toBe('`exit 7` ended with exit code 7 and wrote nothing.');
    expect(await refused('no-such-command')).toContain('no-such-command');
  });

  it('shows only the message if the construct refused a setting or a task', async () => {
    const app = `
      class _SettingError extends Error {}
      throw new _SettingError('maxRuns: got 0; allowed is 1 to 10');`;
    const built = `
      class BuildError extends Error {}
      throw new BuildError('tasks/a.ts: has no definition\\ntasks/b.ts: has no run');`;

    expect(await refused('node app.cjs', { 'app.cjs': app })).toBe('maxRuns: got 0; allowed is 1 to 10');
    expect(await refused('node app.cjs', { 'app.cjs': built })).toBe(
      'tasks/a.ts: has no definition\ntasks/b.ts: has no run',
    );
  });

  it('refuses a setting that does not exist before it runs anything', async () => {
    const refusal = given({}, { settings: { retrySchedul: '1s' } });

    await expect(refusal).rejects.toThrow(AppConfigError);
    await expect(refusal).rejects.toThrow(
      /^retrySchedul: there is no such setting. The settings are tasks, /,
    );
  });

  it('ends the whole process group when it is told to stop', async () => {
    const app = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      require('node:fs').writeFileSync('pids.json', JSON.stringify([process.pid, child.pid]));
      setInterval(() => {}, 1000);
    `;
    const folder = appFolder({ 'cdk.json': '{"app":"node app.cjs; true"}', 'app.cjs': app });
    const stopping = new AbortController();
    const synthesis = synthesize({
      directory: temporaryDirectory(),
      appFolder: folder,
      signal: stopping.signal,
    }).catch((error: unknown) => error);
    const pids: number[] = await eventually(() => {
      try {
        return JSON.parse(readFileSync(join(folder, 'pids.json'), 'utf8'));
      } catch {
        return undefined;
      }
    }, 60_000);

    stopping.abort();

    expect(await synthesis).toMatchObject({ name: 'AbortError' });
    for (const pid of pids) await eventually(() => (isAlive(pid) ? undefined : true));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // Killed, but not yet collected by its new parent.
    return !/^State:\sZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
