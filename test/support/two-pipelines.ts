import { join } from 'node:path';
import { appFolder, greetTask } from './app-folder.ts';

const CONSTRUCT = join(import.meta.dirname, '../../lib/callback-completion.ts');

/** Makes the folder of an app whose stack Shop has two pipelines, Orders and Reports, each with the task greet. */
export function appWithTwoPipelines(): string {
  return appFolder({
    'cdk.json': '{"app":"node app.mts"}',
    'app.mts': `
import { App, Stack } from 'aws-cdk-lib';
import { CallbackCompletion } from ${JSON.stringify(CONSTRUCT)};
const stack = new Stack(new App(), 'Shop');
for (const id of ['Orders', 'Reports']) new CallbackCompletion(stack, id, { tasks: id.toLowerCase() });
`,
    'orders/greet.ts': greetTask('', `({ name }) => ({ ordered: name })`),
    'reports/greet.ts': greetTask('', `({ name }) => ({ reported: name })`),
  });
}
