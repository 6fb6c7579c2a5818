import { join } from 'node:path';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallbackCompletion } from '../../lib/callback-completion.ts';
import { type AppAssembly, synthesizeApp } from '../support/app-assembly.ts';
import { appFolder, greetTask } from '../support/app-folder.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { schemaViolations } from '../support/template-schema.ts';

const tasks = join(appFolder({ 'tasks/greet.ts': greetTask() }), 'tasks');

let app: AppAssembly;
let pipeline: Pipeline;

beforeAll(async () => {
  app = synthesizeApp((stack) => {
    const vpc = new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false });
    new CallbackCompletion(stack, 'Pipeline', {
      tasks,
      runNetwork: { vpc },
      deliverNetwork: { vpc },
      encryptionKey: new Key(stack, 'Key'),
      architecture: 'x86_64',
      corsOrigins: ['https://app.example.com'],
      allowedCallbackCidrs: ['127.0.0.0/8'],
    });
  });
  pipeline = await startPipeline(app.directory);
}, 120_000);

afterAll(async () => {
  await pipeline?.stop();
  app?.remove();
});

describe('a pipeline with networks, a key, and pages that call it', () => {
  it('has a template that CloudFormation accepts', () => {
    expect(schemaViolations(app.template)).toEqual([]);
  });

  it('runs on this machine, where neither network nor key is', async () => {
    const taskId = await pipeline.accepted({
      task_name: 'greet',
      input: { name: 'Ada' },
      callback_url: pipeline.inboxUrl('greet'),
    });

    expect(await pipeline.inboxOf('greet')).toMatchObject([
      { task_id: taskId, status: 'completed', result: { greeting: 'Hello, Ada' } },
    ]);
  });
});
