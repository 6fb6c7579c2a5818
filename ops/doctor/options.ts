import { parseArgs } from 'node:util';
import { parseContext, parsedFor } from '../../local/options.ts';
import { commandLine } from '../../package/command-name.ts';

export const HELP = `Looks, before a deployment, at all on which it depends: the app of cdk.json in this folder, and your account, with your
own credentials. It only reads.
Loads every task once, with the variables of this shell and of .env.

  ${commandLine('doctor', '[options]')}

  -c, --context key=value   a setting of the app, as for cdk deploy; may be given several times
      --stack NAME          examine the pipelines of this stack alone
      --pipeline NAME       examine this pipeline alone: its id (Callbacks) or its whole name (Shop/Callbacks)
      --dotenv FILE         variables that tasks find, instead of .env
      --json                prints JSON
  -h, --help                show this

  Exit code: 0 nothing failed, 1 something did, 2 not understood
`;

export interface DoctorOptions {
  /** CDK context for the app. */
  readonly settings: Readonly<Record<string, string>>;
  /** Id or whole name; undefined: all pipelines of the app. */
  readonly pipeline: string | undefined;
  /** Name of a stack; undefined: all stacks of the app. */
  readonly stack: string | undefined;
  /** Undefined: `.env`, which may be missing. */
  readonly envFile: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

/**
 * @param args what follows the script's name
 * @throws UsageError
 */
export function parseDoctorOptions(args: readonly string[]): DoctorOptions {
  const { values } = parsedFor(commandLine('doctor', '--help'), () =>
    parseArgs({
      args: [...args],
      options: {
        context: { type: 'string', short: 'c', multiple: true },
        dotenv: { type: 'string' },
        pipeline: { type: 'string' },
        stack: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }),
  );
  return {
    settings: parseContext(values.context ?? []),
    pipeline: values.pipeline,
    stack: values.stack,
    envFile: values.dotenv,
    json: values.json ?? false,
    help: values.help ?? false,
  };
}
