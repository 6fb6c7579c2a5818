import { parseArgs } from 'node:util';
import { parseContext, parsedFor } from '../../local/options.ts';
import { commandLine } from '../../package/command-name.ts';

export const HELP = `Looks, before a deployment, at all on which it depends. Only reads, with your own credentials.
Loads every task once, with the variables of this shell and of .env.

  ${commandLine('doctor', '[options]')}

  -c, --context key=value   a setting of the app, as for cdk deploy; may be given several times
      --env-file FILE       variables that tasks find, instead of .env
      --json                prints JSON
  -h, --help                show this

  Exit code: 0 nothing failed, 1 something did, 2 not understood
`;

export interface DoctorOptions {
  /** CDK context for the app. */
  readonly settings: Readonly<Record<string, string>>;
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
        'env-file': { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }),
  );
  return {
    settings: parseContext(values.context ?? []),
    envFile: values['env-file'],
    json: values.json ?? false,
    help: values.help ?? false,
  };
}
