import { parseArgs } from 'node:util';
import { parsedFor } from '../local/options.ts';
import { UsageError } from '../local/user-error.ts';
import { commandLine } from '../package/command-name.ts';

export interface ConsoleOptions {
  /** 0 to 65,535; 0 takes any port that is free. */
  readonly port: number;
  readonly stack: string | undefined;
  /** What `cdk deploy --outputs-file` wrote. */
  readonly outputs: string | undefined;
  /** Id or whole name of the pipeline. */
  readonly pipeline: string | undefined;
  readonly help: boolean;
}

const DEFAULT_PORT = 7072;

export const HELP = `Shows a stack on AWS in a browser: what is where, one task's story, the dead-letter queue with redrive.

  ${commandLine('console', `--stack NAME [--pipeline NAME] [--port ${DEFAULT_PORT}] [--outputs FILE]`)}

      --stack NAME      the stack, in the region and with the credentials of your environment. For a pipeline in a
                        nested stack, the name of the outermost stack
      --outputs FILE    its outputs are in there, as cdk deploy --outputs-file writes them; CloudFormation is not
                        asked. If only one stack in the file has a pipeline, --stack need not be given
      --pipeline NAME   which pipeline of the stack, if there are several: its id (Callbacks) or its whole name
                        (Shop/Callbacks)
      --port PORT       listen there (default: ${DEFAULT_PORT}; 0: any that is free)
  -h, --help            show this

  It runs on this machine and listens on its loopback interface alone; nothing is added to the deployment. The
  address that it prints holds a token: whoever has it acts with your credentials until the console is stopped.
  The local stack has its console at the address that ${commandLine('start')} prints.
`;

/**
 * @param args what follows the script's name
 * @throws UsageError
 */
export function parseConsoleOptions(args: readonly string[]): ConsoleOptions {
  const { values, positionals } = parsedFor(commandLine('console', '--help'), () =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        outputs: { type: 'string' },
        pipeline: { type: 'string' },
        port: { type: 'string' },
        stack: { type: 'string' },
      },
    }),
  );
  const { help = false, outputs, pipeline, port, stack } = values;
  const [stray] = positionals;
  if (stray !== undefined) {
    throw new UsageError(`Unexpected argument: ${stray}. Which stack is told by --stack ${stray}.`);
  }
  if (!help && stack === undefined && outputs === undefined) {
    throw new UsageError(
      `Which stack? Give --stack NAME or --outputs FILE. The local stack has its console at the address that ${commandLine('start')} prints.`,
    );
  }
  return { help, outputs, pipeline, stack, port: portFrom(port) };
}

function portFrom(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError(
    `--port is ${text}; it must be a whole number from 0 to 65535, where 0 takes any free port.`,
  );
}
