import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CallbackCompletionStack } from '../../lib/callback-completion-stack.ts';

const cdkJson = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));

/** An app with cdk.json's feature flags that bundles nothing, which would take most of a test's time. */
export function unbundledApp(settings: Readonly<Record<string, unknown>> = {}): App {
  return new App({ context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [], ...settings } });
}

/** The template of the stack under these context settings. */
export function synthesize(settings: Readonly<Record<string, unknown>> = {}): Template {
  return Template.fromStack(new CallbackCompletionStack(unbundledApp(settings), 'CallbackCompletion'));
}
