import { App, Stack } from 'aws-cdk-lib';
import { BuildError, CallbackCompletion, type CallbackCompletionProps } from 'callback-completion';
import { defineTask, type Run } from 'callback-completion/task';
import { runTask } from 'callback-completion/testing';
import * as z from 'zod';

const definition = defineTask({ input: z.strictObject({ width: z.number() }), timeout: '2m' });
const run: Run<typeof definition> = ({ width }) => width.toFixed(2);
const props: CallbackCompletionProps = { auth: 'api-key' };

// @ts-expect-error: a misspelt option
defineTask({ input: z.string(), timeuot: '2m' });

export const pipeline: CallbackCompletion = new CallbackCompletion(new Stack(new App()), 'Callbacks', props);
export const result: Promise<unknown> = runTask({ definition, run }, { width: 2 });
export const error: Error = new BuildError('wrong');
