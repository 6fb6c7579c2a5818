import { createHash } from 'node:crypto';
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, relative, resolve, sep } from 'node:path';
import * as z from 'zod';
import { VERSION } from '../lambda/contract/version.ts';
import { readNotes } from '../lib/build/build-notes.ts';
import { PACKAGE_FOLDER, programFile } from '../package/files.ts';
import { type SynthesisSettings, synthesize } from './synthesize.ts';

export interface CachedSynthesisSettings extends SynthesisSettings {
  /** The app's folder is compared without this one, which has the assembly and other generated files. */
  readonly stateFolder: string;

  /** Whether the app is synthesized in any case: it reads something that is not compared, such as the time. */
  readonly isForced: boolean;

  /** Called before the app is synthesized. */
  readonly onSynthesis: () => void;
}

/**
 * Synthesizes an app, unless the assembly in the directory was made from the same app in the same environment. Compared
 * are the content of the app's files, of files elsewhere that its program loaded or its tasks import, the installed
 * packages' lock file, the environment and the command line's context and settings.
 *
 * @returns whether the app was synthesized
 * @throws what `synthesize` throws
 */
export async function synthesizeIfChanged(settings: CachedSynthesisSettings): Promise<boolean> {
  const directory = resolve(settings.directory);
  const appFolder = resolve(settings.appFolder ?? '.');
  // A synthesis empties the folder first, so that one which is killed leaves no record.
  const recordFile = join(directory, 'synthesis-inputs.json');
  // A copy: the engines load meanwhile, and packages of theirs set variables (Powertools: AWS_SDK_UA_APP_ID).
  const inputs = { ...settings, appFolder, env: { ...process.env } };
  const key = synthesisKey(inputs);
  if (!settings.isForced && key !== undefined && key === keyOf(recordFile)) return false;
  settings.onSynthesis();
  const loadedFile = join(directory, 'loaded-files.txt');
  await synthesize({ ...settings, variables: { ...settings.variables, ...recording(loadedFile) } });
  // Read once more: a file may have changed while the app read it.
  if (key !== undefined && key === synthesisKey(inputs) && existsSync(loadedFile)) {
    const outside = [...loadedOutside(loadedFile, appFolder), ...importedOutside(directory, appFolder)];
    // Some were made for the synthesis only: entries of functions, evaluated definitions of tasks.
    remember(recordFile, key, outside.filter(existsSync));
  }
  return true;
}

/** Variables with which the app's program writes the paths of the files that it loads, one a line. */
function recording(loadedFile: string): Record<string, string> {
  const preload = `--require=${JSON.stringify(programFile('local/record-loaded-files.cjs'))}`;
  return {
    CALLBACK_COMPLETION_LOADED_FILES: loadedFile,
    NODE_OPTIONS: [process.env.NODE_OPTIONS, preload].filter(Boolean).join(' '),
  };
}

interface SynthesisInputs
  extends Pick<CachedSynthesisSettings, 'stateFolder' | 'context' | 'settings' | 'allowsLoopback'> {
  readonly appFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Larger apps are synthesized each time. */
const MAX_FILES = 5_000;
const MAX_BYTES = 64 * 1_024 * 1_024;

/** Variables that differ from one terminal to the next. */
const IGNORED_VARIABLES =
  /^(_|PWD|OLDPWD|INIT_CWD|SHLVL|PORT|COLUMNS|LINES|COLORTERM|WINDOWID|NODE_OPTIONS|(TERM|SSH|XDG|VSCODE|TMUX|npm)(_\w+)?)$/i;

/** `npm run` and `npx` put folders on the path, each others. The app's own are on it in any case. */
function withoutNpmFolders(path = ''): string[] {
  return path
    .split(delimiter)
    .filter((folder) => !/[\\/](node_modules[\\/]\.bin|node-gyp-bin)$/.test(folder));
}

/** Folders of tools are hidden: `.git`, `.vscode`. */
const isIgnored = (folder: string) =>
  folder === 'node_modules' || folder === 'cdk.out' || folder === 'coverage' || folder.startsWith('.');

/** What npm, pnpm and yarn write whenever they change what is installed. */
const INSTALLED = ['.package-lock.json', '.modules.yaml', '.yarn-integrity', '.yarn-state.yml'];

/**
 * Returns a hash of what a synthesis depends on. Undefined if the app has too many files, or links to other places, so
 * that comparing it would not be reliable.
 */
export function synthesisKey(inputs: SynthesisInputs): string | undefined {
  const { appFolder, stateFolder, context = {}, settings = {}, allowsLoopback = false, env } = inputs;
  const generated = [resolve(stateFolder), join(PACKAGE_FOLDER, 'dist')];
  const files = filesOf(appFolder, generated);
  if (files === undefined) return undefined;
  const others = [
    ...INSTALLED.map((name) => join(appFolder, 'node_modules', name)),
    join(homedir(), '.cdk.json'),
  ].filter((file) => existsSync(file));

  const variables = Object.entries(env)
    .filter(([name]) => !IGNORED_VARIABLES.test(name))
    .map(([name, value]) => [name, /^path$/i.test(name) ? withoutNpmFolders(value) : value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const known = [VERSION, process.version, appFolder, context, settings, allowsLoopback, variables];
  const hash = createHash('sha256').update(JSON.stringify(known));
  let bytes = 0;
  for (const file of [...files, ...others]) {
    const content = readFileSync(file);
    bytes += content.byteLength;
    if (bytes > MAX_BYTES) return undefined;
    hash.update(JSON.stringify([file, content.byteLength])).update(content);
  }
  return hash.digest('hex');
}

function filesOf(appFolder: string, generated: readonly string[]): string[] | undefined {
  const files: string[] = [];
  const folders = [appFolder];
  for (const folder of folders) {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isFile()) files.push(path);
      else if (isIgnored(entry.name) || generated.includes(path)) continue;
      else if (entry.isDirectory()) folders.push(path);
      else if (entry.isSymbolicLink()) return undefined;
      if (files.length > MAX_FILES) return undefined;
    }
  }
  return files;
}

/** Files elsewhere that the app's program has loaded; packages do not count. */
function loadedOutside(loadedFile: string, appFolder: string): string[] {
  const files = readFileSync(loadedFile, 'utf8').split('\n').filter(Boolean);
  return files.filter((file) => isOutside(file, appFolder));
}

/** Files elsewhere that the functions were built from. */
function importedOutside(directory: string, appFolder: string): string[] {
  return globSync('**/build-notes.json', { cwd: directory })
    .flatMap((file) => readNotes(join(directory, file, '..'))?.sources ?? [])
    .filter((file) => isOutside(file, appFolder) && !file.startsWith(PACKAGE_FOLDER + sep));
}

function isOutside(file: string, appFolder: string): boolean {
  return relative(appFolder, file).startsWith('..');
}

const recordSchema = z.object({
  key: z.string(),
  /** Files outside of the app's folder, with a hash of each. */
  outside: z.record(z.string(), z.string()),
});

function remember(recordFile: string, key: string, outside: readonly string[]): void {
  const record: z.infer<typeof recordSchema> = {
    key,
    outside: Object.fromEntries(outside.map((file) => [file, hashOf(file)])),
  };
  writeFileSync(recordFile, JSON.stringify(record));
}

/** Returns the key of the assembly that was made last, unless a file outside of the app's folder has changed since. */
function keyOf(recordFile: string): string | undefined {
  try {
    const { key, outside } = recordSchema.parse(JSON.parse(readFileSync(recordFile, 'utf8')));
    return Object.entries(outside).every(([file, hash]) => hashOf(file) === hash) ? key : undefined;
  } catch {
    // No record, a damaged one, or a file of it is gone: then the app is synthesized.
    return undefined;
  }
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
