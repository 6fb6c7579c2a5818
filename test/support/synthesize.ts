import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CallbackCompletionStack } from '../../lib/callback-completion-stack.ts';

const cdkJson = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));

/** The template of the stack under these context settings, with cdk.json's feature flags and without bundling. */
export function synthesize(settings: Readonly<Record<string, unknown>> = {}): Template {
  const app = new App({ context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [], ...settings } });
  return Template.fromStack(new CallbackCompletionStack(app, 'CallbackCompletion'));
}
