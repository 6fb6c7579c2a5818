import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { UserError } from './user-error.ts';

/** An app whose configuration cannot be used. The message states what to do. */
export class AppConfigError extends UserError {
  override readonly name = 'AppConfigError';
}

/** How the CDK command line synthesizes an app. */
export interface AppConfig {
  /** Shell command that synthesizes the app. */
  readonly app: string;
  /** Shell command that runs before. */
  readonly build: string | undefined;
  /** Of `cdk.json`, of look-ups (`cdk.context.json`) and of the user (`~/.cdk.json`); the first wins. */
  readonly context: Readonly<Record<string, unknown>>;
}

const contextSchema = z.record(z.string(), z.unknown());

const configSchema = z.object({
  // The CDK command line takes a list, too.
  app: z.union([z.string(), z.array(z.string()).transform((words) => words.join(' '))]).optional(),
  build: z.string().optional(),
  context: contextSchema.optional(),
});

/**
 * Reads the configuration of the CDK app in a folder.
 *
 * @param home folder of the user's own configuration
 * @throws AppConfigError
 */
export function readAppConfig(appFolder: string, home: string = homedir()): AppConfig {
  const project = readIfPresent(join(appFolder, 'cdk.json'), configSchema);
  if (project === undefined) {
    throw new AppConfigError(
      `There is no cdk.json in ${appFolder}. Change to the folder of your CDK app and start again.`,
    );
  }
  const user = readIfPresent(join(home, '.cdk.json'), configSchema) ?? {};
  const app = project.app ?? user.app ?? '';
  if (app.trim() === '') {
    throw new AppConfigError(
      `${join(appFolder, 'cdk.json')} has no "app". Add the command that synthesizes your CDK app, for example "app": "npx tsx bin/app.ts".`,
    );
  }
  const lookUps = readIfPresent(join(appFolder, 'cdk.context.json'), contextSchema) ?? {};
  return { app, build: project.build, context: { ...user.context, ...lookUps, ...project.context } };
}

function readIfPresent<T>(file: string, schema: z.ZodType<T>): T | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new AppConfigError(`${file} cannot be read (${code}). Make it readable and start again.`);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new AppConfigError(
      `${file} cannot be used: ${reason.replaceAll(/\s+/g, ' ')}. Correct it and start again.`,
    );
  }
}
