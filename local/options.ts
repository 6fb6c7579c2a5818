import { parseArgs } from 'node:util';
import { commandLine } from '../package/command-name.ts';
import { DEFAULT_ENV_FILE } from './env-file.ts';
import type { PipelineChoice } from './select-pipelines.ts';
import { UsageError } from './user-error.ts';

export interface Options {
  /** 0 to 65,535; 0 takes any port that is free. */
  readonly port: number;
  /** CDK context for the app. */
  readonly context: Readonly<Record<string, string>>;
  /** Settings of the pipelines for this machine only: name → value, as in the context of a stack of one pipeline. */
  readonly settings: Readonly<Record<string, string>>;
  /** Pipelines that run. */
  readonly choice: PipelineChoice;
  readonly stateDirectory: string;
  /** Whether the app is synthesized even if it has not changed. */
  readonly fresh: boolean;
  /** File of values for this machine; undefined: `.env`, if there is one. */
  readonly envFile: string | undefined;
  readonly quiet: boolean;
  /** Whether functions are reloaded when their sources change. */
  readonly watch: boolean;
  readonly help: boolean;
}

const DEFAULT_PORT = 7071;
export const DEFAULT_STATE_DIRECTORY = '.local';

export const HELP = `Runs the app's pipelines on this machine: the synthesized templates on embedded engines.

  ${commandLine('start', '[options]')}

      --set name=value      a setting of the pipelines for this machine only; may be given several times:
                            --set retrySchedule=1s,5s --set deliveryDeadline=1m
                            --set auth=api-key has requests need a key; without, none is checked
      --pipeline NAME       run this pipeline only: its id, or its whole name, such as Shop/Callbacks
      --stack NAME          run the pipelines of this stack only
  -c, --context key=value   CDK context for the app, as for cdk deploy; may be given several times
      --fresh               synthesize the app even if it has not changed since the last start: it reads something
                            else than its files and the environment, such as the time
      --state DIR           folder for what must outlive the process (default: ${DEFAULT_STATE_DIRECTORY})
      --dotenv FILE         values for this machine, as NAME=value lines: they replace environment variables and
                            secrets that the app gives to the work (default: ${DEFAULT_ENV_FILE}, if there is one)
      --quiet               show warnings and errors only
      --watch               reload a function when its source changes; ${commandLine('dev')} is this
  -h, --help                show this

  PORT=8080 ${commandLine('start')}
                            listen on another port (default: ${DEFAULT_PORT}; 0: any that is free).
                            Each further pipeline of the app takes the next port

  Exit code: 0 stopped, 1 failed, 2 not understood
`;

/**
 * @param args what follows the script's name
 * @throws UsageError
 */
export function parseOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Options {
  const { values, positionals } = parse(args);
  const [stray] = positionals;
  if (stray !== undefined) {
    throw new UsageError(
      `Unexpected argument: ${stray}. Give settings of the pipelines as --set name=value, and context of the app as -c key=value.`,
    );
  }
  return {
    port: parsePort(env.PORT),
    context: parseContext(values.context ?? []),
    settings: parseSettings(values.set ?? []),
    choice: { pipeline: values.pipeline, stack: values.stack },
    stateDirectory: values.state ?? DEFAULT_STATE_DIRECTORY,
    fresh: values.fresh ?? false,
    envFile: values.dotenv,
    quiet: values.quiet ?? false,
    watch: values.watch ?? false,
    help: values.help ?? false,
  };
}

/**
 * Parses a command line. What cannot be parsed is explained in one sentence, and where to read on.
 *
 * @param helpCommand shows what there is: `npm start -- --help`
 * @throws UsageError
 */
export function parsedFor<T>(helpCommand: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const [sentence] = (error as Error).message.split('. ');
    throw new UsageError(`${sentence}. Run ${helpCommand} for what there is.`);
  }
}

function parse(args: readonly string[]) {
  return parsedFor(commandLine('start', '--help'), () =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        context: { type: 'string', short: 'c', multiple: true },
        set: { type: 'string', multiple: true },
        pipeline: { type: 'string' },
        stack: { type: 'string' },
        fresh: { type: 'boolean' },
        state: { type: 'string' },
        // Not env-file: Node, and the Node of npx, read that option themselves wherever it stands, and exit if there is no such file.
        dotenv: { type: 'string' },
        quiet: { type: 'boolean' },
        watch: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }),
  );
}

function parsePort(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_PORT;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new UsageError(
      `PORT is ${text}; it must be a whole number from 0 to 65535, where 0 takes any free port.`,
    );
  }
  return port;
}

/** `key=value` pairs; @throws UsageError */
export function parseContext(pairs: readonly string[]): Record<string, string> {
  return parsePairs(pairs, (pair) => `-c ${pair} is not key=value. Example: -c stage=prod`);
}

function parseSettings(pairs: readonly string[]): Record<string, string> {
  return parsePairs(pairs, (pair) => `--set ${pair} is not name=value. Example: --set retrySchedule=1s,5s`);
}

function parsePairs(pairs: readonly string[], problem: (pair: string) => string): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1) throw new UsageError(problem(pair));
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}
