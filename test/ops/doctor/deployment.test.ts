import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deploymentOf } from '../../../ops/doctor/deployment.ts';

describe('what would be deployed', () => {
  it('is built with the rules of its settings; the samples are known, and not deployed', () => {
    const { build, samples } = deploymentOf({ runTimeout: '2m', runBatchSize: '4' });

    expect(build).toMatchObject({
      taskFolders: [resolve('tasks')],
      nodeModules: [],
      architecture: 'arm64',
      rules: { maxTimeoutSeconds: 30, timeoutSettings: 'runTimeout=2m and runBatchSize=4' },
    });
    expect(samples).toEqual(['fail', 'manual-review', 'sleep']);
  });

  it('includes the samples with -c samples=true', () => {
    const { build } = deploymentOf({ samples: 'true' });

    expect(build.taskFolders).toEqual([resolve('tasks'), resolve('tasks/samples')]);
  });
});
