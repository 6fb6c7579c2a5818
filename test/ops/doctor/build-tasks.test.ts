import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildTasks } from '../../../ops/doctor/build-tasks.ts';
import { appFolder, greetTask } from '../../support/app-folder.ts';

const buildOf = (app: string) => ({
  taskFolders: [join(app, 'tasks')],
  nodeModules: [],
  appFolder: app,
  architecture: 'arm64' as const,
  rules: {
    maxTimeoutSeconds: 60,
    timeoutSettings: 'runTimeout=60s',
    callbacks: { allowedCidrs: [], allowedHosts: 'any' as const },
  },
});

describe('building the tasks of a deployment', () => {
  it('returns them, with those that do not load with these variables', async () => {
    const app = appFolder({
      'tasks/greet.ts': greetTask("aliases: ['hello']"),
      'tasks/stores.ts': `${greetTask()}\nif (!process.env.BUCKET) throw new Error('BUCKET is not set');`,
    });

    expect(await buildTasks(buildOf(app), {})).toMatchObject({
      tasks: [{ name: 'greet', aliases: ['hello'] }, { name: 'stores' }],
      broken: [{ name: 'stores', problem: expect.stringContaining('Error: BUCKET is not set, at ') }],
    });
    expect(await buildTasks(buildOf(app), { BUCKET: 'images' })).toMatchObject({ broken: [] });
  });

  it('returns why they cannot be built: a file that is wrong', async () => {
    const app = appFolder({ 'tasks/greet.ts': 'export const run = () => 1;' });

    expect(await buildTasks(buildOf(app), {})).toEqual({
      error: expect.stringContaining('tasks/greet.ts'),
    });
  });

  it('returns why they cannot be built: a definition that the deployment would refuse', async () => {
    const app = appFolder({ 'tasks/greet.ts': greetTask("timeout: '5m'") });

    expect(await buildTasks(buildOf(app), {})).toEqual({
      error: expect.stringContaining('timeout is 300s; at most 60s are allowed with runTimeout=60s'),
    });
  });
});
