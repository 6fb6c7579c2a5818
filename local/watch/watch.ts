import { join, relative, sep } from 'node:path';
import { printable } from '../../ops/terminal.ts';
import { commandLine } from '../../package/command-name.ts';
import { IS_PACKAGE, PACKAGE_FOLDER } from '../../package/files.ts';
import type { BrokenTask } from '../broken-tasks.ts';
import type { LocalStack } from '../local-stack.ts';
import { shortName } from '../select-pipelines.ts';
import { FolderWatch } from './folder-watch.ts';
import { type Reloaded, Reloader, type ReloadPipeline, type ReloadStack } from './reloader.ts';

/** Read once, when the stack starts. */
const READ_AT_START = ['lib', 'bin', 'local'];

export interface WatchSettings {
  readonly stack: ReloadStack &
    Pick<LocalStack, 'brokenTasks'> & {
      readonly description: {
        readonly pipelines: readonly (ReloadPipeline & { readonly id: string; readonly name: string })[];
      };
    };
  /** For new bundles. */
  readonly folder: string;
  /** Files of the app itself, which is synthesized at the start only. */
  readonly appFiles: readonly string[];
  readonly tell: (change: Change) => void;
}

/** What became of a change, to be told. */
export interface Change {
  readonly tone: 'good' | 'bad' | 'plain';
  readonly step: string;
  /** May have several lines. */
  readonly text: string;
}

/**
 * Reloads functions when their sources change.
 *
 * @returns what ends it
 */
export function watchSources({ stack, folder, appFiles, tell }: WatchSettings): () => void {
  const { pipelines } = stack.description;
  const reloaders = pipelines.map(
    (pipeline, index) => new Reloader(stack, pipeline, join(folder, String(index))),
  );
  let reloading = Promise.resolve();
  const ours = IS_PACKAGE ? [] : ['lambda', ...READ_AT_START].map((name) => join(PACKAGE_FOLDER, name));
  const apps = reloaders.flatMap(({ taskFolders, sourceFolders }) => [...taskFolders, ...sourceFolders]);
  const onChange = (files: readonly string[]) => {
    // One after the other: two builds of a function at once could end the wrong way round.
    reloading = reloading.then(async () => {
      const results: Reloaded[] = [];
      for (const [index, pipeline] of pipelines.entries()) {
        const reloaded = await reloaders[index]?.reload(files);
        if (reloaded === undefined) continue;
        results.push(pipelines.length > 1 ? named(reloaded, shortName(pipeline, pipelines)) : reloaded);
      }
      const hasNewWork = results.some(({ functions }) => functions.some((name) => /\brun$/.test(name)));
      const broken = hasNewWork ? await stack.brokenTasks() : [];
      for (const change of changesOf(files, results, broken, appFiles)) tell(change);
    });
  };
  const watch = new FolderWatch([...new Set([...apps, ...ours])], onChange, appFiles);
  return () => watch.stop();
}

/**
 * @param files that have changed, absolute
 * @param broken tasks that do not load after the change
 * @param appFiles files of the app itself
 */
export function changesOf(
  files: readonly string[],
  reloaded: readonly Reloaded[],
  broken: readonly BrokenTask[] = [],
  appFiles: readonly string[] = [],
): Change[] {
  const restart = files.filter((file) => isReadAtStart(file) || appFiles.includes(file)).map(pathOf);
  return [
    ...reloaded.flatMap(reloadedChanges),
    ...broken.map(
      ({ name, problem }) =>
        ({ tone: 'bad', step: 'task broken', text: `${name}: ${printable(problem)}` }) as const,
    ),
    ...(restart.length === 0
      ? []
      : [
          {
            tone: 'plain',
            step: 'restart needed',
            text: `${counted(restart)} is read at the start only: Ctrl-C, then ${commandLine('dev')}`,
          } as const,
        ]),
  ];
}

/** With several pipelines, functions are named with theirs. */
function named(reloaded: Reloaded, pipeline: string): Reloaded {
  const withPipeline = (functions: readonly string[]) => functions.map((name) => `${pipeline} ${name}`);
  return {
    ...reloaded,
    functions: withPipeline(reloaded.functions),
    failed: withPipeline(reloaded.failed),
  };
}

function reloadedChanges({ files, functions, failed, errors, tookMs }: Reloaded): Change[] {
  const changes: Change[] = [];
  if (functions.length > 0) {
    const text = `${functions.join(', ')} in ${Math.round(tookMs)} ms: ${counted(files.map(pathOf))}`;
    changes.push({ tone: 'good', step: 'reloaded', text });
  }
  if (failed.length > 0) {
    const text = [`${failed.join(', ')}: the old code goes on`, ...errors].join('\n');
    changes.push({ tone: 'bad', step: 'not reloaded', text });
  }
  return changes;
}

/** The names that functions and template share are in the functions' code, too. */
function isReadAtStart(file: string): boolean {
  const path = relative(PACKAGE_FOLDER, file);
  const inFolder = READ_AT_START.some((folder) => path.startsWith(folder + sep));
  return inFolder || path.startsWith(join('lambda', 'contract') + sep);
}

/** Shown from the folder that the user works in. */
function pathOf(file: string): string {
  const fromHere = relative('.', file);
  return fromHere.startsWith('..') ? file : fromHere;
}

/** One is named; of several the first, and how many more. */
function counted(paths: readonly string[]): string {
  const [first = 'a new file', ...more] = paths;
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}
