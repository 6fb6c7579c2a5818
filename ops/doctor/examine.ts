import { brokenTasks } from '../../local/broken-tasks.ts';
import { type DescribedPipeline, pipelinesIn } from '../described-pipeline.ts';
import { Account, regionOfSdk } from './account.ts';
import { appCdk } from './app-cdk.ts';
import type { Check } from './check.ts';
import { judgeRefusal } from './credentials.ts';
import type { DeployedPipeline } from './deployment.ts';
import { judgeBootstrap, judgeConcurrency, judgeRuntime, type Place } from './judge.ts';
import { judgeCdk } from './judge-cdk.ts';
import { type FoundStack, judgeStack } from './judge-stack.ts';
import { judgeTasks } from './judge-tasks.ts';
import { judgeUnfinished, UNFINISHED_CHECK } from './judge-unfinished.ts';
import { judgeRegion, regionOf } from './region.ts';

/** STS answers everywhere: who one is can be told before it is known where one goes. */
const ANY_REGION = 'us-east-1';

type Environment = Readonly<Record<string, string | undefined>>;

/** What is examined. */
export interface ExaminedApp {
  /** Folder of cdk.json. */
  readonly folder: string;
  readonly pipelines: readonly DeployedPipeline[];
}

/**
 * Looks at everything on which a deployment depends. Waits about 25 s for AWS at most.
 *
 * @param localValues further variables that tasks find, as `.env` has them
 */
export async function examine(
  { folder, pipelines }: ExaminedApp,
  environment: Environment,
  localValues: ReadonlyMap<string, string>,
): Promise<Check[]> {
  const variables = { ...environment, ...Object.fromEntries(localValues) };
  const [tasks, aws] = await Promise.all([
    examineTasks(pipelines, variables),
    examineAws(pipelines, environment),
  ]);
  return [judgeCdk(appCdk(folder)), ...tasks, ...aws];
}

/** One pipeline after another: each loads as many tasks at once as the machine has processors. */
async function examineTasks(
  pipelines: readonly DeployedPipeline[],
  variables: Environment,
): Promise<Check[]> {
  const checks: Check[] = [];
  for (const { name, tasks, workFolder } of pipelines) {
    checks.push({ ...judgeTasks(tasks, await brokenTasks(workFolder, variables)), pipeline: name });
  }
  return checks;
}

async function examineAws(
  pipelines: readonly DeployedPipeline[],
  environment: Environment,
): Promise<Check[]> {
  const ofSdk = await regionOfSdk();
  const region = regionOf(environment, ofSdk);
  const identity = await new Account(region ?? ANY_REGION).whoAmI().catch(judgeRefusal);
  const credentials: Check =
    'status' in identity
      ? identity
      : { name: 'credentials', status: 'ok', finding: `${identity.arn}, of account ${identity.account}` };

  return [
    credentials,
    judgeRegion(environment, ofSdk),
    ...('status' in identity || region === undefined
      ? skipped(pipelines, 'status' in identity ? 'credentials' : 'a region')
      : await examineAccount(pipelines, { account: identity.account, region })),
  ];
}

const CONCURRENCY_CHECK = 'concurrency';
const OF_A_PIPELINE = ['bootstrap', 'runtime', 'stack', UNFINISHED_CHECK] as const;

function skipped(pipelines: readonly DeployedPipeline[], without: string): Check[] {
  const check = (name: string): Check => ({
    name,
    status: 'skipped',
    finding: `cannot be asked without ${without}`,
  });
  return [
    check(CONCURRENCY_CHECK),
    ...pipelines.flatMap((pipeline) =>
      OF_A_PIPELINE.map((name) => ({ ...check(name), pipeline: pipeline.name })),
    ),
  ];
}

/** @param place the account, and the region of stacks for which the app names none */
async function examineAccount(pipelines: readonly DeployedPipeline[], place: Place): Promise<Check[]> {
  const byRegion = Map.groupBy(pipelines, (pipeline) => pipeline.region ?? place.region);
  const checks = await Promise.all(
    [...byRegion].map(([region, ofRegion]) => examineRegion(ofRegion, { ...place, region })),
  );
  return checks.flat();
}

async function examineRegion(pipelines: readonly DeployedPipeline[], place: Place): Promise<Check[]> {
  const account = new Account(place.region);
  const names = new Set(pipelines.map(({ stackName }) => stackName));
  const stacks = new Map([...names].map((name) => [name, account.stack(name)]));
  const [concurrency, ...ofPipelines] = await Promise.all([
    asked(CONCURRENCY_CHECK, 'lambda:GetAccountSettings', async () =>
      judgeConcurrency(await account.concurrency(), pipelines, place),
    ),
    ...pipelines.map((pipeline) =>
      examinePipeline(pipeline, { account, place, stack: stacks.get(pipeline.stackName) }),
    ),
  ]);
  return [concurrency, ...ofPipelines.flat()];
}

/** Where a pipeline goes. */
interface Destination {
  readonly account: Account;
  readonly place: Place;
  readonly stack: Promise<FoundStack | undefined> | undefined;
}

async function examinePipeline(
  pipeline: DeployedPipeline,
  { account, place, stack }: Destination,
): Promise<Check[]> {
  const { name, runtime, architecture, bootstrapParameter, stackName } = pipeline;
  const checks = await Promise.all([
    asked('bootstrap', 'ssm:GetParameter', async () =>
      judgeBootstrap(await account.parameter(bootstrapParameter), pipeline, place),
    ),
    asked('runtime', 'lambda:ListLayers', async () =>
      judgeRuntime(await account.knowsRuntime(runtime, architecture), pipeline, place),
    ),
    asked('stack', 'cloudformation:DescribeStacks', async () =>
      judgeStack(stackName, await stack, describedIn(stackName, await stack).length > 0),
    ),
    asked(UNFINISHED_CHECK, 'cloudformation:DescribeStacks', async () =>
      examineLedger(account, pipeline, await stack),
    ),
  ]);
  return checks.map((check) => ({ ...check, pipeline: name }));
}

async function examineLedger(
  account: Account,
  { nameInOutput, stackName, tasks }: DeployedPipeline,
  stack: FoundStack | undefined,
): Promise<Check> {
  const name = UNFINISHED_CHECK;
  if (stack === undefined) return { name, status: 'ok', finding: `there is no ${stackName} yet` };
  const described = describedIn(stackName, stack).find(({ pipeline }) => pipeline === nameInOutput);
  if (described === undefined) {
    return { name, status: 'ok', finding: `${stackName} has no pipeline ${nameInOutput} yet` };
  }
  return await asked(
    name,
    'dynamodb:Scan on the ledger, and kms:Decrypt if it has a key of yours',
    async () => judgeUnfinished(await account.unfinishedTasks(described.ledger_table), tasks),
  );
}

function describedIn(stackName: string, stack: FoundStack | undefined): DescribedPipeline[] {
  return stack === undefined ? [] : pipelinesIn(stackName, stack.outputs);
}

/** Who may deploy need not be allowed to look at everything: what cannot be seen is not wrong. */
async function asked(name: string, permission: string, judge: () => Promise<Check>): Promise<Check> {
  try {
    return await judge();
  } catch (error) {
    const { name: kind, message } = error as Error;
    const [firstLine = ''] = message.split('\n');
    return {
      name,
      status: 'skipped',
      finding: `could not be asked: ${kind}: ${firstLine}`,
      ...(/AccessDenied|Unauthorized/.test(kind) && { next: [`It takes ${permission}`] }),
    };
  }
}
