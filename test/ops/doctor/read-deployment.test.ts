import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_BUILD_VARIABLE } from '../../../lib/build/run-build.ts';
import { CallbackCompletion } from '../../../lib/callback-completion.ts';
import { NoPipelineError } from '../../../local/find-pipelines.ts';
import { readDeployment } from '../../../ops/doctor/read-deployment.ts';
import { appFolder, greetTask } from '../../support/app-folder.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** @returns the folder of the cloud assembly */
function synthesized(define: (app: App) => void): string {
  const outdir = mkdtempSync(join(tmpdir(), 'read-deployment-'));
  folders.push(outdir);
  const app = new App({ outdir });
  define(app);
  app.synth();
  return outdir;
}

describe('what would be deployed', () => {
  let assembly: string;
  beforeAll(() => {
    const tasks = join(appFolder({ 'tasks/greet.ts': greetTask("aliases: ['hello']") }), 'tasks');
    process.env[LOCAL_BUILD_VARIABLE] = '1';
    assembly = synthesized((app) => {
      const shop = new Stack(app, 'Shop');
      new CallbackCompletion(shop, 'Callbacks', { tasks, runConcurrency: 50, architecture: 'x86_64' });
      const nested = new NestedStack(shop, 'Nested');
      new CallbackCompletion(nested, 'Reports', { tasks, deliverConcurrency: 7 });
      const billing = new Stack(new Stage(app, 'Beta'), 'Billing', {
        stackName: 'BillingBeta',
        env: { region: 'eu-west-1' },
      });
      new CallbackCompletion(billing, 'Callbacks', { tasks });
    });
    delete process.env[LOCAL_BUILD_VARIABLE];
  }, 300_000);

  it('is read for each pipeline of the app, in whatever stack it is', () => {
    expect(readDeployment(assembly)).toEqual([
      {
        name: 'Shop/Callbacks',
        id: 'Callbacks',
        stackName: 'Shop',
        nameInOutput: 'Shop/Callbacks',
        region: undefined,
        runConcurrency: 50,
        deliverConcurrency: 20,
        bootstrapVersion: 6,
        bootstrapParameter: '/cdk-bootstrap/hnb659fds/version',
        runtime: 'nodejs24.x',
        architecture: 'x86_64',
        tasks: [expect.objectContaining({ name: 'greet', aliases: ['hello'] })],
        workFolder: expect.stringMatching(/work$/),
      },
      expect.objectContaining({
        name: 'Shop/Nested/Reports',
        id: 'Reports',
        stackName: 'Shop',
        nameInOutput: 'Shop/Nested/Reports',
        runConcurrency: 10,
        deliverConcurrency: 7,
        bootstrapVersion: 6,
        architecture: 'arm64',
      }),
      expect.objectContaining({
        name: 'BillingBeta/Callbacks',
        stackName: 'BillingBeta',
        nameInOutput: 'BillingBeta/Callbacks',
        region: 'eu-west-1',
        bootstrapVersion: 6,
      }),
    ]);
  });

  it('has to have a pipeline', () => {
    const empty = synthesized((app) => new Stack(app, 'Website'));

    expect(() => readDeployment(empty)).toThrow(NoPipelineError);
  });
});
