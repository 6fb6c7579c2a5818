import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { APP_FOLDER } from '../../package/files.ts';
import { Account, regionOfSdk } from './account.ts';
import { type BuiltTasks, buildTasks } from './build-tasks.ts';
import type { Check } from './check.ts';
import { judgeRefusal } from './credentials.ts';
import type { Deployment } from './deployment.ts';
import { judgeBootstrap, judgeCdk, judgeConcurrency, judgeRuntime } from './judge.ts';
import { type FoundStack, judgeStack, LEDGER_OUTPUT } from './judge-stack.ts';
import { judgeTasks } from './judge-tasks.ts';
import { judgeUnfinished, UNFINISHED_CHECK } from './judge-unfinished.ts';
import { judgeRegion, regionOf } from './region.ts';

/** STS answers everywhere: who one is can be told before it is known where one goes. */
const ANY_REGION = 'us-east-1';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Looks at everything on which a deployment depends. Waits about 25 s for AWS at most.
 *
 * @param localValues further variables that tasks find, as `.env` has them
 */
export async function examine(
  deployment: Deployment,
  environment: Environment,
  localValues: ReadonlyMap<string, string>,
): Promise<Check[]> {
  const built = buildTasks(deployment.build, { ...environment, ...Object.fromEntries(localValues) });
  const [tasks, aws] = await Promise.all([
    built.then(judgeTasks),
    examineAws(deployment, environment, built),
  ]);
  return [judgeCdk(installedCdk(), pinnedCdk()), tasks, ...aws];
}

async function examineAws(
  deployment: Deployment,
  environment: Environment,
  built: Promise<BuiltTasks>,
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
      ? skipped('status' in identity ? 'credentials' : 'a region')
      : await examineAccount(deployment, { account: identity.account, region }, built)),
  ];
}

const OF_THE_ACCOUNT = ['bootstrap', 'runtime', 'concurrency', 'stack', UNFINISHED_CHECK] as const;

function skipped(without: string): Check[] {
  return OF_THE_ACCOUNT.map((name) => ({
    name,
    status: 'skipped',
    finding: `cannot be asked without ${without}`,
  }));
}

async function examineAccount(
  deployment: Deployment,
  place: { readonly account: string; readonly region: string },
  built: Promise<BuiltTasks>,
): Promise<Check[]> {
  const account = new Account(place.region);
  const { runtime, architecture, bootstrapParameter, stackName } = deployment;
  const stack = account.stack(stackName);
  return await Promise.all([
    asked('bootstrap', 'ssm:GetParameter', async () =>
      judgeBootstrap(await account.parameter(bootstrapParameter), deployment, place),
    ),
    asked('runtime', 'lambda:ListLayers', async () =>
      judgeRuntime(await account.knowsRuntime(runtime, architecture), deployment, place),
    ),
    asked('concurrency', 'lambda:GetAccountSettings', async () =>
      judgeConcurrency(await account.concurrency(), deployment),
    ),
    asked('stack', 'cloudformation:DescribeStacks', async () => judgeStack(stackName, await stack)),
    asked(UNFINISHED_CHECK, 'cloudformation:DescribeStacks', async () =>
      examineLedger(account, deployment, await stack, await built),
    ),
  ]);
}

async function examineLedger(
  account: Account,
  { stackName, samples }: Deployment,
  stack: FoundStack | undefined,
  built: BuiltTasks,
): Promise<Check> {
  const name = UNFINISHED_CHECK;
  if (stack === undefined) return { name, status: 'ok', finding: `there is no ${stackName} yet` };
  const table = stack.outputs[LEDGER_OUTPUT];
  if (table === undefined) {
    return { name, status: 'skipped', finding: `${stackName} has no output ${LEDGER_OUTPUT}` };
  }
  if ('error' in built) {
    return { name, status: 'skipped', finding: 'cannot be judged until the tasks can be built' };
  }
  return await asked(
    name,
    'dynamodb:Scan on the ledger, and kms:Decrypt if it has a key of yours',
    async () => judgeUnfinished(await account.unfinishedTasks(table), { tasks: built.tasks, samples }),
  );
}

/** Who may deploy need not be allowed to look at everything: what cannot be seen is not wrong. */
async function asked(
  name: (typeof OF_THE_ACCOUNT)[number],
  permission: string,
  judge: () => Promise<Check>,
): Promise<Check> {
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

function installedCdk(): string | undefined {
  try {
    return createRequire(join(APP_FOLDER, 'package.json'))('aws-cdk/package.json').version;
  } catch {
    return undefined;
  }
}

function pinnedCdk(): string {
  return JSON.parse(readFileSync(join(APP_FOLDER, 'package.json'), 'utf8')).devDependencies['aws-cdk'];
}
