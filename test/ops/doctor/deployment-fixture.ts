import { join } from 'node:path';
import type { Deployment } from '../../../ops/doctor/deployment.ts';

/** What the doctor is asked to look after. */
export const DEPLOYMENT: Deployment = {
  stackName: 'Jobs',
  runConcurrency: 10,
  deliverConcurrency: 20,
  bootstrapVersion: 6,
  bootstrapParameter: '/cdk-bootstrap/hnb659fds/version',
  runtime: 'nodejs24.x',
  architecture: 'arm64',
  build: {
    taskFolders: [join(import.meta.dirname, '../../../tasks')],
    nodeModules: [],
    appFolder: join(import.meta.dirname, '../../..'),
    architecture: 'arm64',
  },
  samples: ['fail', 'manual-review', 'sleep'],
};
