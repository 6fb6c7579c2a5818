import type { DeployedPipeline } from '../../../ops/doctor/deployment.ts';

/** A pipeline that the doctor is asked to look after. */
export const DEPLOYMENT: DeployedPipeline = {
  name: 'Jobs/Pipeline',
  id: 'Pipeline',
  stackName: 'Jobs',
  nameInOutput: 'Jobs/Pipeline',
  region: undefined,
  runConcurrency: 10,
  deliverConcurrency: 20,
  bootstrapVersion: 6,
  bootstrapParameter: '/cdk-bootstrap/hnb659fds/version',
  runtime: 'nodejs24.x',
  architecture: 'arm64',
  tasks: [],
  workFolder: '/nowhere',
};
