/** The fixture's CDK app, as an app of one's own has it. Runs in this folder, as the CDK's command line runs it. */
import { App, Stack } from 'aws-cdk-lib';
import { CallbackCompletion } from '../../../lib/callback-completion.ts';

const app = new App();
new CallbackCompletion(new Stack(app, 'Packages'), 'Pipeline', {
  nodeModules: ['sharp', 'pdfkit'],
  allowedCallbackCidrs: ['127.0.0.0/8'],
  alarms: false,
  dashboard: false,
});
app.synth();
