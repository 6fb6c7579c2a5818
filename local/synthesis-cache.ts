import { createHash } from 'node:crypto';
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
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
 * are the content of the app's files, of other files that its program loaded or its tasks import, the lock files of
 * installed packages, the environment and the command line's context and settings.
 *
 * @returns whether the app was synthesized
 * @throws what `synthesize` throws
 */
export async function synthesizeIfChanged(settings: CachedSynthesisSettings): Promise<boolean> {
  const directory = resolve(settings.directory);
  const appFolder = resolve(settings.appFolder ?? '.');
  // A synthesis empties the folder first, so that one which is killed leaves no record.
  const recordFile = join(directory, 'synthesis-inputs.json');
  // As the app gets them: modules that load meanwhile set variables of this process.
  const inputs = { ...settings, appFolder, env: { ...process.env } };
  const key = synthesisKey(inputs);
  if (!settings.isForced && key !== undefined && key === keyOf(recordFile)) return false;
  settings.onSynthesis();
  const loadedFile = join(directory, LOADED_FILE);
  await synthesize({ ...settings, variables: { ...settings.variables, ...recording(loadedFile) } });
  // Read once more: a file may have changed while the app read it.
  if (key !== undefined && key === synthesisKey(inputs) && existsSync(loadedFile)) {
    remember(
      recordFile,
      key,
      notCompared(settings.stateFolder, appFolder, [...loadedFiles(loadedFile), ...importedFiles(directory)]),
    );
  }
  return true;
}

/** In the folder of the assembly. */
const LOADED_FILE = 'loaded-files.txt';

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
 * Returns a hash of what a synthesis depends on. Undefined if the app has too many files, files that cannot be read, or
 * links to other places, so that comparing it would not be reliable.
 */
export function synthesisKey(inputs: SynthesisInputs): string | undefined {
  const { appFolder, stateFolder, context = {}, settings = {}, allowsLoopback = false, env } = inputs;
  const variables = Object.entries(env)
    .filter(([name]) => !IGNORED_VARIABLES.test(name))
    .map(([name, value]) => [name, /^path$/i.test(name) ? withoutNpmFolders(value) : value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const known = [VERSION, process.version, appFolder, context, settings, allowsLoopback, variables];
  const hash = createHash('sha256').update(JSON.stringify(known));
  try {
    const files = filesOf(appFolder, generatedFolders(stateFolder));
    if (files === undefined) return undefined;
    let bytes = 0;
    for (const file of [...files, ...filesElsewhere(appFolder)]) {
      const content = readFileSync(file);
      bytes += content.byteLength;
      if (bytes > MAX_BYTES) return undefined;
      hash.update(JSON.stringify([file, content.byteLength])).update(content);
    }
  } catch {
    // The data of a container that runs as root, or a file that was deleted meanwhile.
    return undefined;
  }
  return hash.digest('hex');
}

function generatedFolders(stateFolder: string): string[] {
  return [resolve(stateFolder), join(PACKAGE_FOLDER, 'dist')];
}

/** Files outside of the app that every synthesis depends on. Packages may be installed in a parent folder. */
function filesElsewhere(appFolder: string): string[] {
  const installed = withParents(appFolder).flatMap((folder) =>
    INSTALLED.map((name) => join(folder, 'node_modules', name)),
  );
  return [...installed, join(homedir(), '.cdk.json')].filter((file) => existsSync(file));
}

function withParents(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...withParents(parent)];
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

/** Files that the app's program has loaded, apart from packages. */
function loadedFiles(loadedFile: string): string[] {
  return readFileSync(loadedFile, 'utf8').split('\n').filter(Boolean);
}

/**
 * Returns the files that make up an app: `cdk.json` and those that its program loaded when it was synthesized last, apart
 * from packages and this one. Only `cdk.json` if it was run by a Node that cannot record them.
 *
 * @param directory of the assembly
 */
export function appFiles(directory: string, appFolder: string): string[] {
  const loadedFile = join(directory, LOADED_FILE);
  const loaded = existsSync(loadedFile) ? loadedFiles(loadedFile) : [];
  const own = loaded.filter((file) => !file.startsWith(PACKAGE_FOLDER + sep) && existsSync(file));
  return [...new Set([join(appFolder, 'cdk.json'), ...own])];
}

/** Files that the functions were built from, apart from packages. */
function importedFiles(directory: string): string[] {
  return globSync('**/build-notes.json', { cwd: directory })
    .flatMap((file) => readNotes(join(directory, file, '..'))?.sources ?? [])
    .filter((file) => !file.startsWith(PACKAGE_FOLDER + sep));
}

/** Leaves out the files that the key covers, and temporary files of the build, which are gone by now. */
function notCompared(stateFolder: string, appFolder: string, files: readonly string[]): string[] {
  const generated = generatedFolders(stateFolder);
  const isCompared = (file: string) => {
    const path = relative(appFolder, file);
    if (path.startsWith('..') || isAbsolute(path)) return false;
    const isGenerated = generated.some((folder) => file.startsWith(folder + sep));
    return !isGenerated && !path.split(sep).slice(0, -1).some(isIgnored);
  };
  return [...new Set(files)].filter((file) => !isCompared(file) && existsSync(file));
}

const recordSchema = z.object({
  key: z.string(),
  /** Files that the key does not cover, with a hash of each. */
  others: z.record(z.string(), z.string()),
});

function remember(recordFile: string, key: string, others: readonly string[]): void {
  const record: z.infer<typeof recordSchema> = {
    key,
    others: Object.fromEntries(others.map((file) => [file, hashOf(file)])),
  };
  writeFileSync(recordFile, JSON.stringify(record));
}

/** Returns the key of the assembly that was made last, unless one of the other files has changed since. */
function keyOf(recordFile: string): string | undefined {
  try {
    const { key, others } = recordSchema.parse(JSON.parse(readFileSync(recordFile, 'utf8')));
    return Object.entries(others).every(([file, hash]) => hashOf(file) === hash) ? key : undefined;
  } catch {
    // No record, a damaged one, or a file of it is gone: then the app is synthesized.
    return undefined;
  }
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
