import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { BuildError, shownPath } from './build-error.ts';
import { HANDLER_OPTIONS, WITH_SOURCE_MAP } from './bundle-options.ts';
import { keepDefinitions } from './keep-definition.ts';
import { TASK_IMPORTS } from './task-imports.ts';
import type { TaskSummary } from './task-summary.ts';

/** Maximum size of all definitions with what they import, in bytes. zod (not zod/mini) takes about 95 KB of it. */
const MAX_DEFINITIONS_BYTES = 400 * 1024;

export interface SubmitRequest {
  /** The prebuilt submit function. */
  readonly unfinished: string;
  readonly tasks: readonly TaskSummary[];
  readonly outputFolder: string;
  readonly withSourceMap: boolean;
}

/**
 * Finishes the submit function with the definitions of tasks.
 *
 * @throws BuildError if the definitions bring more code than submit may load
 */
export async function buildSubmit(request: SubmitRequest): Promise<Metafile> {
  const { unfinished, tasks, outputFolder, withSourceMap } = request;
  const { metafile } = await build({
    ...HANDLER_OPTIONS,
    ...TASK_IMPORTS,
    stdin: { contents: entry(unfinished, tasks), resolveDir: outputFolder, sourcefile: 'submit-entry.js' },
    outfile: join(outputFolder, 'index.js'),
    plugins: [keepDefinitions(tasks.map(({ file }) => file))],
    ...(withSourceMap && WITH_SOURCE_MAP),
  });
  checkSize(metafile, tasks);
  return metafile;
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
function checkSize({ inputs, outputs }: Metafile, tasks: readonly TaskSummary[]): void {
  const [output] = Object.values(outputs).filter(({ entryPoint }) => entryPoint !== undefined);
  const sizes = Object.entries(output?.inputs ?? {})
    .filter(([input]) => !input.endsWith('/unfinished.mjs'))
    .map(([input, { bytesInOutput }]) => ({ input, bytes: bytesInOutput }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= MAX_DEFINITIONS_BYTES) return;

  const byPackage = Map.groupBy(sizes, ({ input }) => packageOf(input));
  const [[name, files] = ['', []]] = [...byPackage].sort(([, a], [, b]) => bytesOf(b) - bytesOf(a));
  const importer = importerOf(name, inputs);
  const task = tasks.find(({ file }) => importer !== undefined && file.endsWith(importer));
  throw new BuildError(
    `${shownPath(task?.file ?? importer ?? 'tasks')}: the definitions bring ${kib(total)} of code into the submit function, which may have ${kib(MAX_DEFINITIONS_BYTES)}. Most of it is ${name} (${kib(bytesOf(files))}), imported by ${importer ?? 'a definition'}. Move what only the work needs out of what the definition refers to.`,
  );
}

function bytesOf(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function kib(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`;
}

/** `sharp` of `node_modules/sharp/lib/index.js`; the path itself for a file of the app. */
function packageOf(input: string): string {
  return /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? input;
}

/** The file outside of packages that imports the package. */
function importerOf(name: string, inputs: Metafile['inputs']): string | undefined {
  const importers = Object.entries(inputs).filter(([, { imports }]) =>
    imports.some(({ path }) => packageOf(path) === name),
  );
  const ours = importers.find(([input]) => !input.includes('node_modules/'));
  return (ours ?? importers[0])?.[0];
}
