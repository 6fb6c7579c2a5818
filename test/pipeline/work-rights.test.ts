import type { Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallbackCompletion } from '../../lib/callback-completion.ts';
import { type AppAssembly, synthesizeApp } from '../support/app-assembly.ts';
import { appFolder } from '../support/app-folder.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { recordingProxies } from '../support/recording-proxies.ts';

const ARCHIVE = `
import { defineTask, type Run } from 'callback-completion/task';
import * as z from 'zod/mini';

export const definition = defineTask({ input: z.strictObject({ name: z.string() }) });

export const run: Run<typeof definition> = async ({ name }, { secret }) => {
  const { AWS_ENDPOINT_URL_S3, BUCKET } = process.env;
  const key = await secret('VENDOR_KEY');
  const again = await secret('VENDOR_KEY');
  const body = JSON.stringify({ name, keyLength: key.length, isSame: key === again });
  const answer = await fetch(AWS_ENDPOINT_URL_S3 + '/' + BUCKET + '/' + name + '.json', { method: 'PUT', body });
  await answer.text();
  return { status: answer.status, bucket: BUCKET };
};
`;

const GUESS = `
import { defineTask, type Run } from 'callback-completion/task';
import * as z from 'zod/mini';

export const definition = defineTask({ input: z.strictObject({ secret: z.string() }) });
export const run: Run<typeof definition> = async ({ secret: name }, { secret }) => (await secret(name)).length;
`;

/** As the README has it: a bucket and a secret of the app, given to the work. */
function defineShop(stack: Stack, tasks: string): void {
  const bucket = new Bucket(stack, 'Archive');
  const vendorKey = new Secret(stack, 'VendorKey');
  const allowedCallbackCidrs = ['127.0.0.0/8'];
  const pipeline = new CallbackCompletion(stack, 'Pipeline', { tasks, allowedCallbackCidrs });
  bucket.grantReadWrite(pipeline.work);
  pipeline.work.addEnvironment('BUCKET', bucket.bucketName);
  pipeline.work.addSecret('VENDOR_KEY', vendorKey);
}

let app: AppAssembly;
let pipeline: Pipeline;
const proxies = recordingProxies();

beforeAll(async () => {
  const folder = appFolder({ 'tasks/archive.ts': ARCHIVE, 'tasks/guess.ts': GUESS });
  app = synthesizeApp((stack) => defineShop(stack, `${folder}/tasks`));
  pipeline = await startPipeline(app.directory, {
    envFile: { path: '.env', values: new Map([['VENDOR_KEY', 'hunter2-of-this-machine']]) },
    endpointsForFunctions: proxies.leadTo,
  });
}, 120_000);

afterAll(async () => {
  await pipeline?.stop();
  proxies.stop();
  app?.remove();
});

describe('work with a bucket, a variable and a secret', () => {
  it('writes to the bucket, reads the secret, and its callback arrives', async () => {
    const taskId = await pipeline.accepted({
      task_name: 'archive',
      input: { name: 'ada' },
      callback_url: pipeline.inboxUrl('archive'),
    });

    const bucket = 'shop-archiveda4cb258';
    expect(await pipeline.inboxOf('archive')).toEqual([
      {
        task_id: taskId,
        task_name: 'archive',
        status: 'completed',
        completed_at: expect.any(String),
        result: { status: 200, bucket },
      },
    ]);
    const object = await fetch(`${pipeline.stack.endpoints.s3}/${bucket}/ada.json`);
    expect(await object.json()).toEqual({ name: 'ada', keyLength: 23, isSame: true });
  });

  it('asked Secrets Manager once, though it read the secret twice', () => {
    const reads = proxies.calls.filter(({ action }) => action === 'secretsmanager:GetSecretValue');
    const ofVendorKey = reads.filter(({ resource }) => resource.includes('VendorKey'));
    expect(ofVendorKey).toHaveLength(1);
    expect(ofVendorKey[0]?.caller).toMatch(/^PipelineRunFunction/);
  });

  it('learns which secrets there are if it asks for another', async () => {
    const taskId = await pipeline.accepted({ task_name: 'guess', input: { secret: 'VENDOR' } });

    expect((await pipeline.settled(taskId, 'completed')).outcome?.error).toEqual({
      type: 'Error',
      message:
        'There is no secret "VENDOR"; known are: VENDOR_KEY. Add it with pipeline.work.addSecret("VENDOR", secret).',
    });
  });

  it('has its secret in no log line and no variable', () => {
    expect(pipeline.log.join('\n')).not.toContain('hunter2');
    expect(JSON.stringify(pipeline.stack.description.pipelines)).not.toContain('hunter2');
  });
});

/** A statement of any policy in the template: of a role, a queue, a bucket, a key or a secret. */
interface Statement {
  /** Logical id of the resource that has it, without its hash. */
  readonly of: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: string;
}

function everyStatement(): Statement[] {
  return Object.entries(app.template.Resources).flatMap(([id, resource]) =>
    statementsIn(resource).map((statement) => ({
      of: id.replace(/[0-9A-F]{8}$/, ''),
      effect: String(statement.Effect),
      actions: [statement.Action ?? statement.NotAction].flat() as string[],
      resources: JSON.stringify(statement.Resource ?? statement.NotResource ?? 'assumed'),
    })),
  );
}

/** Whatever has an Effect, however deep: no kind of policy can be overlooked. */
function statementsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'Effect' in value ? [value as Record<string, unknown>] : [];
  return [...own, ...Object.values(value).flatMap(statementsIn)];
}

describe('the rights of that work in the template', () => {
  const about = (logicalId: string) =>
    everyStatement()
      .filter(({ resources }) => resources.includes(`"${logicalId}`))
      .map(({ of, effect, actions }) => [of, effect, actions]);

  it('are looked for in every statement', () => {
    const statements = everyStatement();

    expect(new Set(statements.map(({ of }) => of))).toEqual(
      new Set([
        'PipelineAlarmTopicPolicy',
        'PipelineCallbacksQueuePolicy',
        'PipelineCompleteTaskRole',
        'PipelineCompleteTaskRoleDefaultPolicy',
        'PipelineDeadLettersQueuePolicy',
        'PipelineDeliverRole',
        'PipelineDeliverRoleDefaultPolicy',
        'PipelineRunRole',
        'PipelineRunRoleDefaultPolicy',
        'PipelineSubmitRole',
        'PipelineSubmitRoleDefaultPolicy',
        'PipelineTaskStatusRole',
        'PipelineTaskStatusRoleDefaultPolicy',
        'PipelineTasksQueuePolicy',
        'PipelineWakeRole',
        'PipelineWakeRoleDefaultPolicy',
      ]),
    );
    // A right to everything would be one to the bucket and the secrets.
    expect(statements.filter(({ resources }) => /"\*"/.test(resources))).toEqual([]);
    expect(JSON.stringify(app.template)).not.toMatch(/ManagedPolicyArns|"NotResource"|"NotAction"/);
  });

  it('are the bucket’s, in the role that runs tasks and in no other', () => {
    expect(about('Archive')).toEqual([
      [
        'PipelineRunRoleDefaultPolicy',
        'Allow',
        [
          's3:Abort*',
          's3:DeleteObject*',
          's3:GetBucket*',
          's3:GetObject*',
          's3:List*',
          's3:PutObject',
          's3:PutObjectLegalHold',
          's3:PutObjectRetention',
          's3:PutObjectTagging',
          's3:PutObjectVersionTagging',
        ],
      ],
    ]);
  });

  it('are to read its secret, in that role and in no other', () => {
    expect(about('VendorKey')).toEqual([
      [
        'PipelineRunRoleDefaultPolicy',
        'Allow',
        ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      ],
    ]);
  });

  it('are none to the signing secret, which deliver alone reads', () => {
    expect(about('PipelineMasterSecret')).toEqual([
      ['PipelineDeliverRoleDefaultPolicy', 'Allow', ['secretsmanager:GetSecretValue']],
    ]);
    const secretReaders = everyStatement()
      .filter(({ actions }) => actions.some((action) => action.startsWith('secretsmanager:')))
      .map(({ of }) => of);
    expect(secretReaders).toEqual(['PipelineRunRoleDefaultPolicy', 'PipelineDeliverRoleDefaultPolicy']);
  });

  it('come with variables that no other function has', () => {
    const added = Object.entries(app.template.Resources).flatMap(([id, { Properties }]) =>
      Object.keys((Properties?.Environment as { Variables?: object } | undefined)?.Variables ?? {})
        .filter((name) => /^(BUCKET|WORK_SECRET_|MASTER_SECRET_ARN)/.test(name))
        .map((name) => [id.replace(/[0-9A-F]{8}$/, ''), name]),
    );

    expect(added).toEqual([
      ['PipelineRunFunction', 'BUCKET'],
      ['PipelineRunFunction', 'WORK_SECRET_VENDOR_KEY'],
      ['PipelineDeliverFunction', 'MASTER_SECRET_ARN'],
    ]);
  });
});
