import { existsSync } from 'node:fs';
import { STATES } from '../lambda/contract/states.ts';
import { DEFAULT_STATE_DIRECTORY } from '../local/options.ts';
import { UsageError } from '../local/user-error.ts';
import { commandLine } from '../package/command-name.ts';
import { type Command, parseCommandLine, type Values } from './command-line.ts';
import { list as listLetters } from './dlq/list.ts';
import { purge as purgeLetters } from './dlq/purge.ts';
import { redrive as redriveLetters } from './dlq/redrive.ts';
import { show as showLetters } from './dlq/show.ts';
import { explain, Fault, isNobodyThere } from './fault.ts';
import { HELP } from './help.ts';
import { create as createKey, list as listKeys, revoke as revokeKey } from './keys/commands.ts';
import { rotate as rotateSecret, show as showSecret } from './secret/commands.ts';
import { awsTarget, localTarget, outputsTarget, type Target } from './target.ts';
import { list as listTasks } from './tasks/list.ts';
import { replay as replayTasks } from './tasks/replay.ts';
import { requeue as requeueTasks } from './tasks/requeue.ts';
import { show as showTask } from './tasks/show.ts';
import type { Terminal } from './terminal.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  'dlq list': listLetters,
  'dlq show': showLetters,
  'dlq redrive': redriveLetters,
  'dlq purge': purgeLetters,
  'tasks list': listTasks,
  'tasks show': showTask,
  'tasks replay': replayTasks,
  'tasks requeue': requeueTasks,
  'keys create': createKey,
  'keys list': listKeys,
  'keys revoke': revokeKey,
  'secret rotate': rotateSecret,
  'secret show': showSecret,
};

/**
 * @param args what follows the script's name
 * @returns the process's exit code
 */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const { values, positionals } = parseCommandLine(args);
    if (values.help === true) {
      terminal.out(HELP);
      return 0;
    }
    const ids = positionals.slice(2);
    const command = commandOf(positionals.slice(0, 2).join(' '), ids, values);
    await command.run({ values, ids, terminal, target: () => targetOf(values) }).catch((error) => {
      if (!isNobodyThere(error) || values.stack !== undefined || values.outputs !== undefined) throw error;
      throw new Fault(
        `The local stack in ${stateDirectory(values)} does not answer any more. Start it again with ${commandLine('start')}.`,
      );
    });
    return 0;
  } catch (error) {
    terminal.err(explain(error));
    return error instanceof UsageError ? 2 : 1;
  }
}

function commandOf(name: string, ids: readonly string[], values: Values): Command {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    throw new UsageError(
      `${name === '' ? 'No command was given' : `There is no command ${name}`}; there are: ${Object.keys(COMMANDS).join(', ')}. Run ${commandLine('ops', '--help')} for more.`,
    );
  }
  const stray = (Object.keys(values) as (keyof Values)[]).find(
    (option) => ![...command.takes, 'outputs', 'pipeline', 'stack', 'state'].includes(option),
  );
  if (stray !== undefined) {
    throw new UsageError(
      `${name} takes no --${stray}, but ${command.takes.map((option) => `--${option}`).join(', ')}.`,
    );
  }
  const [first, second] = ids;
  if (command.ids === undefined && first !== undefined)
    throw new UsageError(`${name} takes no ids, but was given ${first}.`);
  if (command.ids === 'one' && second !== undefined)
    throw new UsageError(`${name} takes one id, but was given ${ids.join(' and ')}.`);
  return command;
}

async function targetOf(values: Values): Promise<Target> {
  const { outputs, pipeline, stack, state } = values;
  if ((stack ?? outputs) !== undefined && state !== undefined) {
    const onAws = stack === undefined ? '--outputs' : '--stack';
    throw new UsageError(`${onAws} is on AWS and --state on this machine; give one of them.`);
  }
  if (outputs !== undefined) return outputsTarget(outputs, { stack, pipeline });
  const isStatus = state !== undefined && STATES.some((known) => known === state);
  if (isStatus && !existsSync(state)) {
    throw new UsageError(
      `No local stack runs with its state in ${state}. Which tasks is told by --status ${state}.`,
    );
  }
  return stack === undefined
    ? localTarget(stateDirectory(values), pipeline)
    : await awsTarget(stack, pipeline);
}

function stateDirectory({ state }: Values): string {
  return state ?? DEFAULT_STATE_DIRECTORY;
}
