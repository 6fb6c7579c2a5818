/**
 * The program `callback-completion`. In a clone, `npm start` and `npm run dev|ops|console|doctor` run it; in a package,
 * `callback-completion.cjs` does.
 */
import { RUNNING_NODE } from '../package/node-version.ts';
import { cliAction } from './cli-action.ts';

const action = cliAction(process.argv.slice(2), RUNNING_NODE);
if ('text' in action) {
  if (action.exitCode === 0) console.log(action.text);
  else console.error(action.text);
  process.exitCode = action.exitCode;
} else {
  const { command, args } = action;
  const exitCode = await command.run(args);
  if (command.endsProcess) process.exit(exitCode);
  process.exitCode = exitCode;
}
