import { DYNAMODB_URL, SQS_URL } from '../support/external-engines.ts';
import { type Server, startElasticMq, startMinistack, startMoto } from './servers.ts';
import { javaPackage, pythonPackage } from './tools.ts';

/** Engines that somebody else wrote, as the suite runs on them. */
export interface Engine {
  readonly name: string;
  readonly version: string;
  /** Which of AWS's services it provides; the others are the embedded engines. */
  readonly services: string;
  /** Whether dead letters come back by StartMessageMoveTask in the trial's first round. */
  readonly redrive: 'native' | 'ops';
  /** Whether it has all that ops and the console call, CloudWatch and Secrets Manager included. */
  readonly hasAllServices: boolean;
  start(): Promise<RunningEngine>;
}

export interface RunningEngine {
  readonly servers: readonly Server[];
  /** Environment variables by which tests find it. */
  readonly variables: Readonly<Record<string, string>>;
}

export const ENGINES: readonly Engine[] = [
  {
    name: 'moto',
    version: '5.2.5',
    services: 'DynamoDB, SQS',
    redrive: 'ops',
    hasAllServices: true,
    async start() {
      const bin = await pythonPackage('moto-5.2.5');
      // Long polls would hold the one thread that conditional writes need.
      const [sqs, dynamodb] = await Promise.all([startMoto(bin, 'many'), startMoto(bin, 'one')]);
      return {
        servers: [sqs, dynamodb],
        variables: { [SQS_URL]: sqs.url, [DYNAMODB_URL]: dynamodb.url },
      };
    },
  },
  {
    name: 'ministack',
    version: '1.5.33',
    services: 'DynamoDB, SQS',
    redrive: 'ops',
    hasAllServices: false,
    async start() {
      const server = await startMinistack(await pythonPackage('ministack-1.5.33'), 'dynamodb,sqs');
      return { servers: [server], variables: { [SQS_URL]: server.url, [DYNAMODB_URL]: server.url } };
    },
  },
  {
    name: 'ElasticMQ',
    version: '1.6.16',
    services: 'SQS',
    redrive: 'native',
    hasAllServices: false,
    async start() {
      const server = await startElasticMq(await javaPackage('elasticmq-1.6.16'));
      return { servers: [server], variables: { [SQS_URL]: server.url } };
    },
  },
];
