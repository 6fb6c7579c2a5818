import { parseArgs } from 'node:util';
import { DEFAULT_STATE_DIRECTORY, UsageError } from '../local/options.ts';
import { clientIdentity } from './client-identity.ts';
import { parseOverlap } from './duration.ts';
import { explain, Fault } from './fault.ts';
import { overlapEnd, readMaster, rotateMaster, signingSecrets } from './secret.ts';
import { awsTarget, localTarget, type Target } from './target.ts';

/** What a command talks to. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Asks a person; undefined where none is there. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
}

const HELP = `Looks after a stack: the local one, or one on AWS.

  npm run ops -- secret rotate [--overlap 24h] [--yes] [--json]
      makes a new master secret. Callbacks are signed with the new and the old one until the overlap ends:
      more than 0 and at most 30d (default: 24h)
        --yes               do not ask, even if the overlap of the last rotation has not ended

  npm run ops -- secret show [--client NAME] [--json]
      prints what a client's callbacks are signed with: the secrets that its receivers verify them with
        --client NAME       as the API knows it: an ARN, role/NAME or user/NAME for IAM. The local stack has
                            one client only

  Where:
        --state DIR         folder with the state of the local stack (default: ${DEFAULT_STATE_DIRECTORY})
        --stack NAME        a stack on AWS instead, in the region and with the credentials of your environment
  -h, --help                show this

  Exit code: 0 done, 1 failed, 2 not understood
`;

const OPTIONS = {
  client: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  overlap: { type: 'string' },
  stack: { type: 'string' },
  state: { type: 'string' },
  yes: { type: 'boolean', short: 'y' },
} as const;

type Values = ReturnType<typeof parse>['values'];

interface Command {
  /** Its options, besides those that tell where. */
  readonly takes: readonly (keyof Values)[];
  run(values: Values, terminal: Terminal): Promise<void>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  'secret rotate': { takes: ['overlap', 'yes', 'json'], run: rotate },
  'secret show': { takes: ['client', 'json'], run: show },
};

/**
 * @param args what follows the script's name
 * @returns the process's exit code
 */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    if (values.help === true) {
      terminal.out(HELP);
      return 0;
    }
    await commandOf(positionals.join(' '), values).run(values, terminal);
    return 0;
  } catch (error) {
    terminal.err(error instanceof UsageError ? error.message : explain(error));
    return error instanceof UsageError ? 2 : 1;
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    const [sentence] = (error as Error).message.split('. ');
    throw new UsageError(`${sentence}. Run npm run ops -- --help for what there is.`);
  }
}

function commandOf(name: string, values: Values): Command {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    throw new UsageError(
      `${name === '' ? 'No command was given' : `There is no command ${name}`}; there are: ${Object.keys(COMMANDS).join(', ')}. Run npm run ops -- --help for more.`,
    );
  }
  const stray = (Object.keys(values) as (keyof Values)[]).find(
    (option) => ![...command.takes, 'stack', 'state'].includes(option),
  );
  if (stray !== undefined) {
    throw new UsageError(
      `${name} takes no --${stray}, but ${command.takes.map((option) => `--${option}`).join(', ')}.`,
    );
  }
  return command;
}

async function targetOf({ stack, state }: Values): Promise<Target> {
  if (stack !== undefined && state !== undefined) {
    throw new UsageError(`--stack is on AWS and --state on this machine; give one of them.`);
  }
  return stack === undefined ? localTarget(state ?? DEFAULT_STATE_DIRECTORY) : await awsTarget(stack);
}

async function rotate(values: Values, terminal: Terminal): Promise<void> {
  const overlapSeconds = parseOverlap(values.overlap ?? '24h');
  const target = await targetOf(values);
  const before = await readMaster(target);
  const runsUntil = overlapEnd(before, Date.now());
  if (runsUntil !== undefined && values.yes !== true) await confirmCut(target, runsUntil, terminal);

  const { previousUntil } = await rotateMaster(target, before, overlapSeconds, Date.now());
  if (values.json === true) {
    terminal.out(JSON.stringify({ previous_until: previousUntil }));
    return;
  }
  terminal.out(
    [
      `Rotated the master secret of ${target.name}.`,
      `Callbacks are signed with the new and the old one until ${previousUntil}, from within 5 minutes on.`,
      `Give each client its new secret before that, and let it accept both meanwhile: npm run ops -- secret show`,
    ].join('\n'),
  );
}

/** Only two secrets sign: the older one of an overlap that still runs would stop without notice. */
async function confirmCut(target: Target, runsUntil: string, { confirm }: Terminal): Promise<void> {
  const cut = `The overlap of the last rotation of ${target.name} runs until ${runsUntil}. Rotated now, the oldest secret stops at once, and receivers that have no newer one refuse callbacks.`;
  if (confirm === undefined)
    throw new Fault(`${cut} Nothing was changed. Give --yes to rotate all the same.`);
  if (!(await confirm(`${cut} Rotate?`))) throw new Fault('Nothing was changed.');
}

async function show(values: Values, terminal: Terminal): Promise<void> {
  const target = await targetOf(values);
  const given = values.client ?? target.onlyClient;
  if (given === undefined || given === '') {
    throw new UsageError('Whose secret? Give --client with an ARN, role/NAME or user/NAME.');
  }
  const client = clientIdentity(given, target.masterSecretArn);
  const [current, previous] = signingSecrets(await readMaster(target), client, Date.now());
  if (values.json === true) {
    terminal.out(
      JSON.stringify({
        client,
        current: current?.secret,
        ...(previous && { previous: previous.secret, previous_until: previous.until }),
      }),
    );
    return;
  }
  terminal.out(`client    ${client}\ncurrent   ${current?.secret}`);
  if (previous !== undefined) terminal.out(`previous  ${previous.secret}  until ${previous.until}`);
}
