import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Account, regionOfSdk } from './account.ts';
import type { Check } from './check.ts';
import { judgeRefusal } from './credentials.ts';
import type { Deployment } from './deployment.ts';
import { judgeBootstrap, judgeCdk, judgeConcurrency, judgeRuntime } from './judge.ts';
import { judgeStack } from './judge-stack.ts';
import { judgeRegion, regionOf } from './region.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

/** STS answers everywhere: who one is can be told before it is known where one goes. */
const ANY_REGION = 'us-east-1';

/** Looks at everything on which a deployment depends; takes some ten seconds at most. */
export async function examine(
  deployment: Deployment,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Check[]> {
  const ofSdk = await regionOfSdk();
  const region = regionOf(environment, ofSdk);
  const identity = await new Account(region ?? ANY_REGION).whoAmI().catch(judgeRefusal);
  const credentials: Check =
    'status' in identity
      ? identity
      : { name: 'credentials', status: 'ok', finding: `${identity.arn}, of account ${identity.account}` };

  return [
    judgeCdk(installedCdk(), pinnedCdk()),
    credentials,
    judgeRegion(environment, ofSdk),
    ...('status' in identity || region === undefined
      ? skipped('status' in identity ? 'credentials' : 'a region')
      : await examineAccount(deployment, { account: identity.account, region })),
  ];
}

const OF_THE_ACCOUNT = ['bootstrap', 'runtime', 'concurrency', 'stack'] as const;

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
): Promise<Check[]> {
  const account = new Account(place.region);
  const { runtime, architecture, bootstrapParameter, stackName } = deployment;
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
    asked('stack', 'cloudformation:DescribeStacks', async () =>
      judgeStack(stackName, await account.stack(stackName)),
    ),
  ]);
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
    return createRequire(join(REPOSITORY, 'package.json'))('aws-cdk/package.json').version;
  } catch {
    return undefined;
  }
}

function pinnedCdk(): string {
  return JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')).devDependencies['aws-cdk'];
}
