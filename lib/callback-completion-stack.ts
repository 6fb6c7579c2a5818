import { join } from 'node:path';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct, Node } from 'constructs';
import { CallbackCompletion } from './callback-completion.ts';
import { propsFromContext } from './context-settings.ts';
import { withLocalSettings } from './local-settings.ts';
import { pipelineSettings } from './pipeline-settings.ts';
import { SettingError } from './setting-error.ts';

const TASKS = join(import.meta.dirname, '..', 'tasks');

/** Folder of the tasks that `-c samples=true` adds. */
const SAMPLES = join(TASKS, 'samples');

/** Context settings of this stack alone, in addition to the construct's props. */
export const STACK_SETTINGS = ['samples'] as const;

/** A pipeline with the settings of the CDK context, and outputs for people. The tools read the construct's own output. */
export class CallbackCompletionStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const given = propsFromContext(this.node);
    const tasksOfApp = pipelineSettings({ tasks: [TASKS], ...given }).tasks;
    const pipelineProps = { ...given, tasks: hasSamples(this.node) ? [...tasksOfApp, SAMPLES] : tasksOfApp };
    const pipeline = new CallbackCompletion(this, 'Pipeline', pipelineProps);
    // Your resources go here: bucket.grantReadWrite(pipeline.work).

    const settings = pipelineSettings(withLocalSettings(this.node, pipelineProps));
    if (settings.protected) this.terminationProtection = true;

    this.#output('ApiUrl', pipeline.api.url, 'Base URL of the HTTP API');
    if (pipeline.alarmTopic !== undefined) {
      this.#output('AlarmTopicArn', pipeline.alarmTopic.topic.topicArn, 'The SNS topic of alarms');
    }
    if (pipeline.dashboard !== undefined) {
      const { dashboardName } = pipeline.dashboard.dashboard;
      this.#output('DashboardName', dashboardName, 'The dashboard in CloudWatch');
    }
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
