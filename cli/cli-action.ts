import { VERSION } from '../lambda/contract/version.ts';
import { nodeRefusal, type RunningNode } from '../package/node-version.ts';
import { type CliCommand, COMMANDS } from './commands.ts';

/** What a command line asks for: a command to run, or a text to print. */
export type CliAction =
  | { readonly command: CliCommand; readonly args: readonly string[] }
  | { readonly text: string; readonly exitCode: 0 | 1 | 2 };

/**
 * Decides what a command line asks for.
 *
 * @param args what follows the program's name
 * @param node the Node that runs this
 * @param commands by their names
 */
export function cliAction(
  args: readonly string[],
  node: RunningNode,
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
  const refusal = command.runsOnNode20 ? undefined : nodeRefusal(`callback-completion ${name}`, node);
  return refusal === undefined ? { command, args: rest } : { text: refusal, exitCode: 1 };
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
