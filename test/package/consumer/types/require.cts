import cdk = require('aws-cdk-lib');
import callbackCompletion = require('callback-completion');
import task = require('callback-completion/task');
import testing = require('callback-completion/testing');
import z = require('zod');

const definition = task.defineTask({ input: z.strictObject({ width: z.number() }) });
const run: task.Run<typeof definition> = ({ width }) => width.toFixed(2);

const pipeline = new callbackCompletion.CallbackCompletion(new cdk.Stack(new cdk.App()), 'Callbacks');
const result: Promise<unknown> = testing.runTask({ definition, run }, { width: 2 });

export = { pipeline, result };
