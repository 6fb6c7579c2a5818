import { join } from 'node:path';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct, Node } from 'constructs';
import { PACKAGE_FOLDER } from '../package/files.ts';
import { CallbackCompletion } from './callback-completion.ts';
import { propsFromContext } from './context-settings.ts';
import { type PipelineSettings, pipelineSettings } from './pipeline-settings.ts';
import { SettingError } from './setting-error.ts';

const TASKS = join(PACKAGE_FOLDER, 'tasks');

/** Folder of the tasks that `-c samples=true` adds. */
export const SAMPLES = join(TASKS, 'samples');

/** Context settings of this stack alone, in addition to the construct's props. */
export const STACK_SETTINGS = ['samples'] as const;

/** A pipeline with the settings of the CDK context, and what one needs to know to use it as outputs. */
export class CallbackCompletionStack extends Stack {
  /** The pipeline's settings, with defaults. */
  readonly settings: PipelineSettings;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const given = propsFromContext(this.node);
    const tasksOfApp = pipelineSettings({ tasks: [TASKS], ...given }).tasks;
    const pipelineProps = { ...given, tasks: hasSamples(this.node) ? [...tasksOfApp, SAMPLES] : tasksOfApp };
    const pipeline = new CallbackCompletion(this, 'Pipeline', pipelineProps);
    // Your resources go here: bucket.grantReadWrite(pipeline.work).

    const { api, ledger, tasks, callbacks, deadLetters, masterSecret } = pipeline;
    const settings = pipelineSettings(pipelineProps);
    this.settings = settings;
    const { deliveryDeadlineSeconds, retentionSeconds } = settings;
    if (settings.protected) this.terminationProtection = true;

    this.#output('ApiUrl', api.url, 'Base URL of the HTTP API');
    this.#output('Auth', settings.auth.kind, 'Who vouches for clients; read by npm run ops');
    this.#output('LedgerTableName', ledger.table.tableName, 'The ledger');
    for (const [name, { queue }] of Object.entries({ Tasks: tasks, Callbacks: callbacks })) {
      this.#output(`${name}QueueUrl`, queue.queueUrl, `The ${name.toLowerCase()} queue`);
      this.#output(`${name}QueueName`, queue.queueName, `The ${name.toLowerCase()} queue`);
    }
    this.#output('DeadLetterQueueUrl', deadLetters.queue.queueUrl, 'The dead-letter queue');
    this.#output('DeadLetterQueueName', deadLetters.queue.queueName, 'The dead-letter queue');
    this.#output(
      'MasterSecretArn',
      masterSecret.secret.secretArn,
      'The secret that signing secrets derive from',
    );
    this.#output(
      'DeliveryDeadlineSeconds',
      String(deliveryDeadlineSeconds),
      'How long a callback is attempted, in seconds; read by npm run ops',
    );
    this.#output(
      'MetricsNamespace',
      pipeline.metricsNamespace,
      "Where CloudWatch has the functions' own metrics; read by npm run console",
    );
    if (pipeline.alarmTopic !== undefined) {
      this.#output('AlarmTopicArn', pipeline.alarmTopic.topic.topicArn, 'The SNS topic of alarms');
    }
    if (pipeline.dashboard !== undefined) {
      const { dashboardName } = pipeline.dashboard.dashboard;
      this.#output('DashboardName', dashboardName, 'The dashboard in CloudWatch');
    }
    this.#output(
      'RetentionSeconds',
      String(retentionSeconds),
      'How long a settled task is kept, in seconds; read by npm run ops',
    );
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}

/** `-c samples=true` adds the tasks in `tasks/samples`, to try the pipeline with. */
function hasSamples(node: Node): boolean {
  const given = String(node.tryGetContext('samples') ?? 'false');
  if (given !== 'true' && given !== 'false') {
    throw SettingError.refused('samples', given, 'true or false', 'true');
  }
  return given === 'true';
}
