import type { Check } from './check.ts';
import type { DeployedPipeline } from './deployment.ts';

/** Invocations at once of what no setting of a pipeline limits: the API's functions and wake. */
const BESIDES_THE_STAGES = 4;

/** The least that runConcurrency and deliverConcurrency may be. */
const LEAST_CONCURRENCY = 2;

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** @param version of the bootstrap stack as its parameter tells it; undefined: there is no such parameter */
export function judgeBootstrap(
  version: string | undefined,
  { bootstrapVersion, bootstrapParameter }: Pick<DeployedPipeline, 'bootstrapVersion' | 'bootstrapParameter'>,
  { account, region }: Place,
): Check {
  const name = 'bootstrap';
  const next = [`npx cdk bootstrap aws://${account}/${region}`];
  if (version === undefined) {
    const finding = `${region} is not prepared for the CDK in this account: there is no ${bootstrapParameter}`;
    return { name, status: 'failed', finding, next };
  }
  const found = Number(version);
  if (!(found >= bootstrapVersion)) {
    const finding = `its version is ${version}; ${bootstrapVersion} or later is needed`;
    return { name, status: 'failed', finding, next };
  }
  return { name, status: 'ok', finding: `version ${found}; ${bootstrapVersion} or later is needed` };
}

/** @param known whether the region's Lambda takes the name of the runtime */
export function judgeRuntime(
  known: boolean,
  { runtime, architecture }: Pick<DeployedPipeline, 'runtime' | 'architecture'>,
  { region }: Place,
): Check {
  const name = 'runtime';
  if (!known) {
    const finding = `Lambda in ${region} does not know ${runtime}`;
    return { name, status: 'failed', finding, next: ['Deploy to another region: AWS_REGION=eu-central-1'] };
  }
  // AWS has no way to ask; a function that cannot be made rolls the deployment back, and nothing is lost.
  const finding = `Lambda in ${region} knows ${runtime}; whether with ${architecture}, only the deployment tells`;
  return { name, status: 'ok', finding };
}

export interface ConcurrencyQuota {
  /** Invocations at once of the whole account in the region. */
  readonly total: number;
  /** Of these, what no function has reserved for itself. */
  readonly unreserved: number;
}

/** A pipeline, as far as it makes demands on the quota. */
type Demand = Pick<DeployedPipeline, 'name' | 'runConcurrency' | 'deliverConcurrency'>;

/** Both stages of all pipelines at full work must leave something to the API, else its clients are turned away. */
export function judgeConcurrency(
  { total, unreserved }: ConcurrencyQuota,
  pipelines: readonly Demand[],
  { region }: Place,
): Check {
  const name = 'concurrency';
  const stages = pipelines.reduce((sum, one) => sum + one.runConcurrency + one.deliverConcurrency, 0);
  const besides = BESIDES_THE_STAGES * pipelines.length;
  const has = `${unreserved} of ${total} invocations at once are free to use in ${region}`;
  const whose = pipelines.length > 1 ? ` of ${pipelines.length} pipelines` : '';
  const takes = `run and deliver${whose} take up to ${stages} (${pipelines.map(share).join('; ')})`;
  if (unreserved >= stages + besides) return { name, status: 'ok', finding: `${has}; ${takes}` };
  const next = [
    ...fitting(Math.floor((unreserved - besides) / pipelines.length), pipelines.length),
    'Or ask for more, which takes a while: aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000',
  ];
  if (unreserved > stages) {
    return { name, status: 'warning', finding: `${has}; ${takes}, which leaves little to the API`, next };
  }
  return { name, status: 'failed', finding: `${has}; ${takes}, and the API would have none left`, next };
}

function share(
  { name, runConcurrency, deliverConcurrency }: Demand,
  _: number,
  all: readonly Demand[],
): string {
  const sum = `${runConcurrency} + ${deliverConcurrency}`;
  return all.length > 1 ? `${name} ${sum}` : sum;
}

/** Settings with which both stages of each pipeline together take so many at most. */
function fitting(most: number, pipelines: number): string[] {
  if (most < 2 * LEAST_CONCURRENCY) return [];
  const run = Math.max(LEAST_CONCURRENCY, Math.floor(most / 3));
  const deliver = most - run;
  const whose = pipelines > 1 ? 'each pipeline' : 'the pipeline';
  return [
    `Give ${whose} runConcurrency: ${run} and deliverConcurrency: ${deliver}; in a clone, -c runConcurrency=${run} -c deliverConcurrency=${deliver}`,
  ];
}
