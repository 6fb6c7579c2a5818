import type { Check } from './check.ts';
import type { Deployment } from './deployment.ts';

/** Invocations at once of what no setting limits: the API's functions and wake. */
const BESIDES_THE_STAGES = 4;

/** The least that runConcurrency and deliverConcurrency may be. */
const LEAST_CONCURRENCY = 2;

export interface Place {
  readonly account: string;
  readonly region: string;
}

/**
 * @param installed of the `aws-cdk` package; undefined: it is not there
 * @param pinned by package.json
 */
export function judgeCdk(installed: string | undefined, pinned: string): Check {
  const name = 'cdk';
  const next = ['npm ci'];
  if (installed === undefined) return { name, status: 'failed', finding: 'aws-cdk is not installed', next };
  if (installed !== pinned) {
    const finding = `aws-cdk ${installed} is installed; this was made with ${pinned}`;
    return { name, status: 'warning', finding, next };
  }
  return {
    name,
    status: 'ok',
    finding: `aws-cdk ${installed}; npx cdk takes it, a cdk of your own may be another`,
  };
}

/** @param version of the bootstrap stack as its parameter tells it; undefined: there is no such parameter */
export function judgeBootstrap(
  version: string | undefined,
  { bootstrapVersion, bootstrapParameter }: Deployment,
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
  { runtime, architecture }: Deployment,
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

/** Both stages at full work must leave something to the API, else its clients are turned away. */
export function judgeConcurrency(
  { total, unreserved }: ConcurrencyQuota,
  { runConcurrency, deliverConcurrency }: Deployment,
): Check {
  const name = 'concurrency';
  const stages = runConcurrency + deliverConcurrency;
  const has = `${unreserved} of ${total} invocations at once are free to use`;
  const takes = `run and deliver take up to ${stages} (${runConcurrency} + ${deliverConcurrency})`;
  if (unreserved >= stages + BESIDES_THE_STAGES) return { name, status: 'ok', finding: `${has}; ${takes}` };
  const next = [
    ...fitting(unreserved - BESIDES_THE_STAGES),
    'Or ask for more, which takes a while: aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000',
  ];
  if (unreserved > stages) {
    return { name, status: 'warning', finding: `${has}; ${takes}, which leaves little to the API`, next };
  }
  return { name, status: 'failed', finding: `${has}; ${takes}, and the API would have none left`, next };
}

/** Settings with which both stages together take so many at most. */
function fitting(most: number): string[] {
  if (most < 2 * LEAST_CONCURRENCY) return [];
  const run = Math.max(LEAST_CONCURRENCY, Math.floor(most / 3));
  return [`Deploy with -c runConcurrency=${run} -c deliverConcurrency=${most - run}`];
}
