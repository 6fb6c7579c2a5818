import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { BuildError } from '../lib/build/build-error.ts';
import { CallbackCompletionStack, STACK_SETTINGS } from '../lib/callback-completion-stack.ts';
import { refuseUnknownSettings } from '../lib/context-settings.ts';
import { SettingError } from '../lib/setting-error.ts';

const DEFAULT_STACK_NAME = 'CallbackCompletion';

// The CDK command line hands cdk.json's context over; run without it (`CDK_OUTDIR=cdk.out node bin/app.ts`), the
// app must read it itself to come to the same resources. What the command line gives wins.
const cdkJson = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'cdk.json'), 'utf8'));
const app = new App({ context: cdkJson.context });

try {
  refuseUnknownSettings(app.node, ['stackName', ...STACK_SETTINGS]);
  new CallbackCompletionStack(app, app.node.tryGetContext('stackName') ?? DEFAULT_STACK_NAME, {
    description: 'Runs tasks in the background and tells the caller when they are done',
  });
  app.synth();
} catch (error) {
  if (!(error instanceof SettingError || error instanceof BuildError)) throw error;
  // The message explains what to change; a stack trace would only hide it.
  console.error(error.message);
  process.exit(1);
}
