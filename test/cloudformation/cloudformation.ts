/**
 * Program: `npm run test:cloudformation`. Checks the template of each kind of deployment by cfn-lint, by cdk-nag and by creating it on
 * ministack's CloudFormation. Then runs 60 tasks through one of them, on ministack's own API Gateway, Lambda, SQS, DynamoDB and
 * schedule. Prints each check and `N passed, N failed`. `-- --pipeline-only` leaves the other deployments out.
 */
import { deepEqual } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../local/synthesize.ts';
import { type Server, startMinistack } from '../engines/servers.ts';
import { MissingToolError, pythonPackage } from '../engines/tools.ts';
import { Report } from '../support/report.ts';
import { TEST_SETTINGS } from '../support/synthesize-present.ts';
import { deployments } from './deployments.ts';
import { lint } from './lint.ts';
import { tryPipeline } from './pipeline-trial.ts';
import { Account, type Template } from './stack.ts';

const ROOT = join(import.meta.dirname, '../..');

/** An archive without files: no deployment but the last one calls its functions. */
const EMPTY_ZIP = `PK\x05\x06${'\0'.repeat(18)}`;

const report = new Report();
process.exit(await main());

async function main(): Promise<number> {
  let tools: readonly [ministack: string, cfnLint: string];
  try {
    tools = await Promise.all([pythonPackage('ministack-1.5.33'), pythonPackage('cfn-lint-1.58.0')]);
  } catch (error) {
    if (!(error instanceof MissingToolError)) throw error;
    console.log(`test:cloudformation did NOT run: ${error.message}`);
    // CI must not pass without it.
    return process.env.CI === 'true' ? 1 : 0;
  }
  const [ministack, cfnLint] = tools;
  const server = await startMinistack(ministack);
  try {
    const account = await Account.bootstrapped(server.url);
    // ops and the SDK find the account by these.
    Object.assign(process.env, account.variables);
    if (!process.argv.includes('--pipeline-only')) await checkDeployments(cfnLint, account);
    await checkPipeline(account, ministack, server);
  } finally {
    await server.stop();
  }
  return report.end();
}

async function checkDeployments(cfnLint: string, account: Account): Promise<void> {
  const all = deployments();
  const linted = await lint(cfnLint, new Map(all.map(({ name, template }) => [name, template])));
  for (const { name, template, findings } of all) {
    await report.check(`${name}: cfn-lint finds nothing`, async () => deepEqual(linted.get(name), []));
    await report.check(`${name}: cdk-nag finds nothing that is not acknowledged`, async () =>
      deepEqual(findings, []),
    );
    await report.check(`${name}: CloudFormation creates the stack, with every resource`, async () => {
      for (const { Properties } of Object.values(template.Resources)) {
        const code = Properties?.Code as { S3Key?: string } | undefined;
        if (code?.S3Key !== undefined) await account.putAsset(code.S3Key, EMPTY_ZIP);
      }
      const stackName = `Checked-${name.replace(/\W+/g, '-')}`;
      const { status, missing } = await account.create(stackName, creatable(template));
      deepEqual([status, missing], ['CREATE_COMPLETE', []]);
    });
  }
}

async function checkPipeline(account: Account, ministack: string, server: Server): Promise<void> {
  const assembly = mkdtempSync(join(tmpdir(), 'cloudformation-assembly-'));
  try {
    await synthesize({
      directory: assembly,
      appFolder: ROOT,
      context: { ...TEST_SETTINGS, tasks: 'tasks,tasks/samples', auth: 'api-key' },
    });
    for (const folder of readdirSync(assembly).filter((entry) => entry.startsWith('asset.'))) {
      const hash = folder.slice('asset.'.length);
      await account.putAsset(`${hash}.zip`, zipOf(join(assembly, folder), join(ministack, 'python')));
    }
    const file = join(assembly, 'CallbackCompletion.template.json');
    const template = creatable(JSON.parse(readFileSync(file, 'utf8')) as Template);
    const { outputs, names } = await account.create('CallbackCompletion', template);
    for (const [id, { Type, Properties }] of Object.entries(template.Resources))
      if (Type === 'AWS::Lambda::Function' && Properties?.RecursiveLoop === 'Allow')
        await account.allowRecursion(names.get(id) ?? '');
    await tryPipeline(outputs.ApiUrl ?? '', report);
  } catch (error) {
    console.log(server.output());
    throw error;
  } finally {
    rmSync(assembly, { recursive: true, force: true });
  }
}

/** The template without alarms on metric math, which ministack refuses. cfn-lint has checked them. */
function creatable(template: Template): Template {
  const resources = Object.entries(template.Resources).filter(
    ([, { Type, Properties }]) => Type !== 'AWS::CloudWatch::Alarm' || Properties?.Metrics === undefined,
  );
  return { ...template, Resources: Object.fromEntries(resources) };
}

/** An archive of a folder's files. Node has no archiver; Python does. */
function zipOf(folder: string, python: string): Uint8Array<ArrayBuffer> {
  const directory = mkdtempSync(join(tmpdir(), 'asset-'));
  try {
    const script = 'import shutil, sys; shutil.make_archive(sys.argv[1], "zip", sys.argv[2])';
    execFileSync(python, ['-c', script, join(directory, 'asset'), folder]);
    return Uint8Array.from(readFileSync(join(directory, 'asset.zip')));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
