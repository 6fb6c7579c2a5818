import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { LOCAL_SETTINGS_CONTEXT, type LocalSettings } from '../lambda/contract/local-settings.ts';
import { SETTINGS_AS_TEXT } from '../lambda/contract/setting-variables.ts';
import { LOCAL_BUILD_VARIABLE } from '../lib/build/run-build.ts';
import { AppConfigError, readAppConfig } from './app-config.ts';
import { ACCOUNT_ID, REGION } from './references.ts';
import { runInShell, type ShellSettings } from './run-in-shell.ts';
import { UserError } from './user-error.ts';

/**
 * An app that could not be synthesized. The message is what the app wrote to stderr, whole. If the construct refused a
 * setting or a task, it is that refusal alone.
 */
export class SynthesisError extends UserError {
  override readonly name = 'SynthesisError';

  override get explanation(): string {
    return `The app could not be synthesized:\n\n${this.message}`;
  }
}

export interface SynthesisSettings {
  /** Where the cloud assembly goes; emptied first. */
  readonly directory: string;

  /**
   * Folder of the app's `cdk.json`.
   *
   * @default - the current folder
   */
  readonly appFolder?: string | undefined;

  /**
   * CDK context, as `-c name=value` gives it. It replaces what `cdk.json` has.
   *
   * @default - none
   */
  readonly context?: Readonly<Record<string, string>> | undefined;

  /**
   * Settings that replace the props of every pipeline, as text: `{ retrySchedule: '1s,1s' }`.
   *
   * @default - none
   */
  readonly settings?: Readonly<Record<string, string>> | undefined;

  /**
   * Whether callbacks may also go to this machine itself.
   *
   * @default - as the props allow
   */
  readonly allowsLoopback?: boolean | undefined;

  /**
   * Environment variables of the app's processes, in addition to those of this one.
   *
   * @default - none
   */
  readonly variables?: Readonly<Record<string, string>> | undefined;

  /**
   * Ends the app's processes.
   *
   * @default - the app runs to its end
   */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Synthesizes the CDK app of a folder as `cdk synth` does, with the code of our functions built for this machine. The
 * bundling of other constructs is skipped. Nothing is looked up: what `cdk.context.json` lacks, the CDK replaces by dummies.
 *
 * @throws AppConfigError if the folder has no CDK app, or a setting is unknown
 * @throws SynthesisError with what the app wrote
 */
export async function synthesize(synthesis: SynthesisSettings): Promise<void> {
  const { directory, context = {}, settings = {}, allowsLoopback = false, variables, signal } = synthesis;
  const local: LocalSettings = { settings, allowsLoopback };
  const appFolder = resolve(synthesis.appFolder ?? '.');
  const unknown = Object.keys(settings).find((name) => !SETTINGS_AS_TEXT.includes(name));
  if (unknown !== undefined) {
    throw new AppConfigError(
      `${unknown}: there is no such setting. The settings are ${SETTINGS_AS_TEXT.join(', ')}.`,
    );
  }
  const config = readAppConfig(appFolder);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });

  const { CDK_DEFAULT_ACCOUNT, CDK_DEFAULT_REGION } = process.env;
  const environment = {
    ...process.env,
    ...variables,
    PATH: [...binFolders(appFolder), process.env.PATH].join(delimiter),
    // Also empty ones are replaced: look-ups need an account and a region.
    CDK_DEFAULT_ACCOUNT: CDK_DEFAULT_ACCOUNT || ACCOUNT_ID,
    CDK_DEFAULT_REGION: CDK_DEFAULT_REGION || REGION,
    CDK_OUTDIR: resolve(directory),
    // The CDK's own validation refuses the dummies of look-ups: `vpc-12345` is not the id of a VPC.
    CDK_VALIDATION: 'false',
    ...contextVariables(directory, {
      ...config.context,
      ...context,
      'aws:cdk:enable-path-metadata': true,
      'aws:cdk:enable-asset-metadata': true,
      'aws:cdk:bundling-stacks': [],
      // As the CDK command line sets it: findings of the app's validation plugins are for `cdk synth`.
      '@aws-cdk/core:failSynthOnValidationErrors': false,
      [LOCAL_SETTINGS_CONTEXT]: local,
    }),
    [LOCAL_BUILD_VARIABLE]: '1',
  };
  const run = (command: string) => runOrThrow(command, { cwd: appFolder, env: environment, signal });
  if (config.build !== undefined) await run(config.build);
  await run(executable(appFolder, config.app));
}

async function runOrThrow(command: string, settings: ShellSettings): Promise<void> {
  const { code, stdout, stderr } = await runInShell(command, settings);
  if (code === 0) return;
  const written = stderr.trim() || stdout.trim();
  throw new SynthesisError(
    refusalIn(stderr) || written || `\`${command}\` ended with exit code ${code} and wrote nothing.`,
  );
}

/** As Node prints an error that nothing catches, before its stack. The bundle's classes can have an underscore. */
const REFUSAL = /^_?(?:BuildError|SettingError): (.+?)\n {4}at /ms;

/** Returns the message of an error that the construct threw: it states what to do, and the stack would hide it. */
function refusalIn(stderr: string): string | undefined {
  return REFUSAL.exec(stderr)?.[1];
}

/** Linux takes 128 KiB in a variable, Windows 32 KiB in all. */
const MAX_CONTEXT_BYTES = 24_000;

/** Look-ups can be long: then the CDK reads them from a file. */
function contextVariables(
  directory: string,
  context: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const text = JSON.stringify(context);
  if (Buffer.byteLength(text) <= MAX_CONTEXT_BYTES) return { CDK_CONTEXT_JSON: text };
  const file = resolve(directory, 'context-overflow.json');
  writeFileSync(file, text);
  return { CDK_CONTEXT_JSON: '{}', CONTEXT_OVERFLOW_LOCATION_ENV: file };
}

/** Folders of the commands of packages, the app's first, as npm puts them on the path. */
function binFolders(folder: string): string[] {
  const parent = dirname(folder);
  const bin = join(folder, 'node_modules', '.bin');
  return parent === folder ? [bin] : [bin, ...binFolders(parent)];
}

/** A JavaScript file that is not executable is run by Node, as the CDK command line does. */
function executable(appFolder: string, command: string): string {
  const [file = ''] = command.trim().split(' ');
  if (!file.endsWith('.js')) return command;
  const mode = statSync(join(appFolder, file), { throwIfNoEntry: false })?.mode;
  return mode === undefined || (mode & 0o111) !== 0 ? command : `node ${command}`;
}
