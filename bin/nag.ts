/**
 * Program: `node bin/nag.ts [--json]` tells what cdk-nag's AwsSolutions rules find in the app as it is deployed by
 * default, for production, and with each kind of authentication. It fails at the first finding that nothing
 * acknowledges. A synthesis fails at one, too; this one tells what was acknowledged, and why.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { CallbackCompletionStack } from '../lib/callback-completion-stack.ts';
import { type NagReport, nagReport } from '../lib/nag.ts';
import { CHECKED_DEPLOYMENTS } from './checked-deployments.ts';

const cdkJson = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'cdk.json'), 'utf8'));

const reports = CHECKED_DEPLOYMENTS.map(({ name, settings }) => {
  // The rules look at the template: bundling would only take time.
  const app = new App({ context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [], ...settings } });
  new CallbackCompletionStack(app, 'CallbackCompletion');
  return { name, ...nagReport(app) };
});
console.log(
  process.argv.includes('--json') ? JSON.stringify(reports, undefined, 2) : reports.map(told).join('\n\n'),
);
if (reports.some(({ findings }) => findings.some(({ reason }) => reason === undefined))) process.exitCode = 1;

function told({ name, rules, applied, resources, findings }: NagReport & { readonly name: string }): string {
  const open = findings.filter(({ reason }) => reason === undefined);
  return [
    `${name}: ${rules} rules, ${applied} of them about something here, on ${resources} resources: ${findings.length - open.length} acknowledged, ${open.length} not`,
    ...findings.map(({ rule, resource, info, reason }) =>
      [`  ${rule}  ${resource}`, `    ${info}`, `    ${reason ?? 'NOT ACKNOWLEDGED'}`].join('\n'),
    ),
  ].join('\n');
}
