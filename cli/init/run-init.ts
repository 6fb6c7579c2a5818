import { basename, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { APP_TEMPLATE, PACKAGE_FOLDER } from '../../package/files.ts';
import { appFiles } from './app-files.ts';
import { appName } from './app-name.ts';
import { InitError } from './init-error.ts';
import { givenSource, installedSource } from './package-source.ts';
import { checkIsFree, writeApp } from './write-app.ts';

const DEFAULT_NAME = 'my-app';

const USAGE = 'callback-completion init NAME [--package SPEC]';

const HELP = `Writes a small CDK app with one task, a test of it and a README.

  npx ${USAGE}

  NAME                folder to create, and name of the app and its stack. "." is the current folder
      --package SPEC  what the app's package.json names as callback-completion: a version, a URL, or a tarball of
                      npm pack, which is copied into the app (default: what this command was installed from)
  -h, --help          shows this

  Existing files are never changed: the folder must be new or empty.
  Exit code: 0 done, 1 failed, 2 not understood
`;

/** Where `init` runs. */
export interface InitContext {
  /** The current folder. */
  readonly folder: string;
  /** Folder of this package's package.json. */
  readonly packageFolder: string;
  out(text: string): void;
  err(text: string): void;
  /** Asks for a name and returns the answer, empty for the default. Undefined without a terminal. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}

/**
 * Runs `callback-completion init`. Needs nothing that Node 20 does not have.
 *
 * @param args what follows `init`
 * @returns the process's exit code: 0 done, 1 failed, 2 not understood
 */
export async function runInit(
  args: readonly string[],
  context: InitContext = processContext(),
): Promise<number> {
  try {
    const { name, spec, help } = parsed(args);
    if (help) {
      context.out(HELP);
      return 0;
    }
    const folder = resolve(context.folder, name ?? (await askedName(context.ask)));
    const names = appName(basename(folder));
    checkIsFree(folder);
    const source =
      spec === undefined ? installedSource(context.packageFolder) : givenSource(spec, context.folder);
    const tarball = 'tarball' in source ? source.tarball : undefined;
    const packageSpec = 'tarball' in source ? `file:${basename(source.tarball)}` : source.spec;
    writeApp(folder, appFiles(APP_TEMPLATE, names, packageSpec), tarball);
    context.out(nextSteps(relative(context.folder, folder)));
    return 0;
  } catch (error) {
    if (!(error instanceof InitError)) throw error;
    context.err(error.message);
    return error.exitCode;
  }
}

function parsed(args: readonly string[]): {
  name: string | undefined;
  spec: string | undefined;
  help: boolean;
} {
  const options = { package: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [name, stray] = positionals;
    if (stray !== undefined) throw new Error(`Unexpected argument '${stray}'`);
    return { name, spec: values.package, help: values.help ?? false };
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split('. ');
    throw new InitError(`${sentence.replace(/\.$/, '')}. Usage: ${USAGE}`, 2);
  }
}

/** @throws InitError without a terminal */
async function askedName(ask: InitContext['ask']): Promise<string> {
  if (ask === undefined) throw new InitError(`The name of the app is missing. Usage: ${USAGE}`, 2);
  const answer = (await ask(`Name of the app (${DEFAULT_NAME}): `)).trim();
  return answer === '' ? DEFAULT_NAME : answer;
}

function nextSteps(path: string): string {
  const here = path === '';
  const change = here ? [] : [`  cd ${/^[\w./-]+$/.test(path) ? path : JSON.stringify(path)}`];
  return [
    `Wrote a CDK app with one task, tasks/hello.ts, into ${here ? 'this folder' : path}. Next:`,
    '',
    ...change,
    '  npm install',
    '  npm start      # runs it on this machine; README.md has the first request',
  ].join('\n');
}

function processContext(): InitContext {
  const hasTerminal = process.stdin.isTTY === true && process.stderr.isTTY === true;
  return {
    folder: process.cwd(),
    packageFolder: PACKAGE_FOLDER,
    out: (text) => console.log(text),
    err: (text) => console.error(text),
    ask: hasTerminal ? askInTerminal : undefined,
  };
}

/** Ctrl-C and the end of input decline. */
async function askInTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise<string>((resolveAnswer, reject) => {
      terminal.once('close', () => reject(new InitError('\nNothing was written.', 1)));
      terminal.question(question).then(resolveAnswer, reject);
    });
  } finally {
    terminal.close();
  }
}
