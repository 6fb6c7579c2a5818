import { join, sep } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { PACKAGE_FOLDER } from '../../package/files.ts';
import { BuildError, shownPath } from './build-error.ts';
import { HANDLER_OPTIONS, WITH_SOURCE_MAP } from './bundle-options.ts';
import { keepDefinitions } from './keep-definition.ts';
import { TASK_IMPORTS } from './task-imports.ts';
import type { TaskSummary } from './task-summary.ts';

const LAMBDA = join(PACKAGE_FOLDER, 'lambda');

/** Maximum size of all definitions with what they import, in bytes. zod (not zod/mini) takes about 95 KB of it. */
const MAX_DEFINITIONS_BYTES = 400 * 1024;

export interface SubmitRequest {
  /** The prebuilt submit function. */
  readonly unfinished: string;
  readonly tasks: readonly TaskSummary[];
  /** Folder from which the app finds its packages. */
  readonly appFolder: string;
  readonly outputFolder: string;
  readonly withSourceMap: boolean;
}

/**
 * Finishes the submit function with the definitions of tasks.
 *
 * @throws BuildError if the definitions bring more code than submit may load
 */
export async function buildSubmit(request: SubmitRequest): Promise<Metafile> {
  const { unfinished, tasks, appFolder, outputFolder, withSourceMap } = request;
  const { metafile } = await build({
    ...HANDLER_OPTIONS,
    ...TASK_IMPORTS,
    stdin: { contents: entry(unfinished, tasks), resolveDir: outputFolder, sourcefile: 'submit-entry.js' },
    outfile: join(outputFolder, 'index.js'),
    plugins: [keepDefinitions(tasks.map(({ file }) => file)), zodOfApp(appFolder, [LAMBDA, unfinished])],
    ...(withSourceMap && WITH_SOURCE_MAP),
  });
  checkSize(metafile);
  return metafile;
}

/**
 * Gives the code of this package the app's copy of zod, which the definitions use: this package may be installed beside
 * another copy.
 *
 * @param ownFolders folders of this package's code
 */
function zodOfApp(appFolder: string, ownFolders: readonly string[]): Plugin {
  return {
    name: 'zod-of-app',
    setup(build) {
      build.onResolve({ filter: /^zod(\/|$)/ }, async ({ path, importer, kind }) => {
        if (!ownFolders.some((folder) => importer.startsWith(folder + sep))) return undefined;
        const resolved = await build.resolve(path, { kind, resolveDir: appFolder });
        return resolved.errors.length > 0 ? undefined : resolved;
      });
    },
  };
}

function entry(unfinished: string, tasks: readonly TaskSummary[]): string {
  const from = (file: string) => JSON.stringify(file);
  return [
    `import { deployedTasks, submitHandler } from ${from(join(unfinished, 'unfinished.mjs'))};`,
    ...tasks.map(({ file }, index) => `import { definition as d${index} } from ${from(file)};`),
    `export const handler = submitHandler(deployedTasks([${tasks
      .map(({ name }, index) => `[${JSON.stringify(name)}, d${index}]`)
      .join(', ')}]));`,
  ].join('\n');
}

/** A cold start parses all of submit before it answers: work must not get into it unnoticed. */
function checkSize({ inputs, outputs }: Metafile): void {
  const [{ inputs: sizes = {} } = {}] = Object.values(outputs).filter(
    ({ entryPoint }) => entryPoint !== undefined,
  );
  const bytesOf = (files: Iterable<string>) =>
    [...files].reduce((sum, file) => sum + (sizes[file]?.bytesInOutput ?? 0), 0);
  const total = bytesOf(Object.keys(sizes).filter((file) => !file.endsWith('/unfinished.mjs')));
  if (total <= MAX_DEFINITIONS_BYTES) return;

  const [largest] = packageImports(inputs)
    .map((found) => ({ ...found, bytes: bytesOf(reachedFrom(found.path, inputs)) }))
    .sort((a, b) => b.bytes - a.bytes);
  const cause =
    largest === undefined
      ? ''
      : ` Most of it comes with ${largest.name} (${kib(largest.bytes)}), which ${shownPath(largest.importer)} imports.`;
  throw new BuildError(
    `tasks: the definitions bring ${kib(total)} of code into the submit function, which may have ${kib(MAX_DEFINITIONS_BYTES)}.${cause} Move what only the work needs out of what the definition refers to.`,
  );
}

function kib(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`;
}

/** The imports of packages by files of the app. */
function packageImports(inputs: Metafile['inputs']) {
  return Object.entries(inputs)
    .filter(([importer]) => packageOf(importer) === undefined && !importer.endsWith('/unfinished.mjs'))
    .flatMap(([importer, { imports }]) =>
      imports.flatMap(({ path }) => {
        const name = packageOf(path);
        return name === undefined ? [] : [{ importer, path, name }];
      }),
    );
}

/** `sharp` of `node_modules/sharp/lib/index.js`; undefined for a file of the app. */
function packageOf(input: string): string | undefined {
  return /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

function reachedFrom(file: string, inputs: Metafile['inputs']): Set<string> {
  const reached = new Set([file]);
  for (const one of reached) for (const { path } of inputs[one]?.imports ?? []) reached.add(path);
  return reached;
}
