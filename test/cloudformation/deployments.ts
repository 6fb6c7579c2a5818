import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { CHECKED_DEPLOYMENTS } from '../../bin/checked-deployments.ts';
import { CallbackCompletion } from '../../lib/callback-completion.ts';
import { CallbackCompletionStack } from '../../lib/callback-completion-stack.ts';
import { nagReport } from '../../lib/nag.ts';
import type { Template } from './stack.ts';

const ROOT = join(import.meta.dirname, '../..');
const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));

/** A deployment of the product, synthesized without the functions' code. */
export interface Deployment {
  readonly name: string;
  readonly template: Template;
  /** What cdk-nag finds in the pipeline, and nothing acknowledges. */
  readonly findings: readonly string[];
}

/** Each kind of deployment that the product offers: authentication, stage, networks of the user's own. */
export function deployments(): readonly Deployment[] {
  const ofSettings = CHECKED_DEPLOYMENTS.map(({ name, settings }) =>
    deployment(name, settings, (app) => new CallbackCompletionStack(app, 'CallbackCompletion')),
  );
  const inNetworks = deployment('VPC', {}, (app) => {
    const stack = new Stack(app, 'CallbackCompletion');
    // ministack's CloudFormation has no NAT gateways.
    const isolated = { name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED };
    const vpc = new Vpc(stack, 'Vpc', {
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [isolated],
    });
    new CallbackCompletion(stack, 'Pipeline', {
      tasks: join(ROOT, 'tasks'),
      runNetwork: { vpc },
      deliverNetwork: { vpc },
    });
    return stack;
  });
  return [...ofSettings, inNetworks];
}

function deployment(
  name: string,
  settings: Readonly<Record<string, string>>,
  define: (app: App) => Stack,
): Deployment {
  // A bundle would only take time: nothing here calls the functions.
  const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [], ...settings } });
  const stack = define(app);
  const { findings } = nagReport(app);
  const template = app.synth().getStackArtifact(stack.artifactId).template as Template;
  return {
    name,
    template,
    findings: findings
      .filter(({ reason, resource }) => reason === undefined && resource.includes('/Pipeline'))
      .map(({ rule, resource, info }) => `${rule} ${resource}: ${info}`),
  };
}
