import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { BuildError } from '../../lib/build/build-error.ts';
import { type BuildNotes, readNotes } from '../../lib/build/build-notes.ts';
import { runBuild } from '../../lib/build/run-build.ts';
import type { LocalStack } from '../local-stack.ts';

/** Builds that are kept: a process of an older one may still run. */
const KEPT_BUILDS = 5;

/** What a reloader needs of the stack. */
export type ReloadStack = Pick<LocalStack, 'replaceCode'>;

/** What a reloader needs of a pipeline. */
export interface ReloadPipeline {
  readonly functions: readonly { readonly arn: string; readonly codeDirectory: string }[];
}

/** Result of a reload. */
export interface Reloaded {
  /** Those of the changed files that belong to a function, absolute. */
  readonly files: readonly string[];
  /** The functions that run new code, by their folders below `lambda/`. */
  readonly functions: readonly string[];
  /** The functions that continue with their old code. */
  readonly failed: readonly string[];
  /** Errors of the build. */
  readonly errors: readonly string[];
  readonly tookMs: number;
}

/** One of the pipeline's functions. */
interface RunningFunction {
  readonly arn: string;
  codeDirectory: string;
  notes: BuildNotes;
}

/** Builds a pipeline's functions again when one of their files changes, and has the stack run those whose code is new. */
export class Reloader {
  readonly #stack: ReloadStack;
  readonly #folder: string;
  readonly #functions: readonly RunningFunction[];
  #builds = 0;
  /** The functions whose last build or start failed. Any change may be the one that they need. */
  #failed: readonly RunningFunction[] = [];

  /** @param folder for the new builds */
  constructor(stack: ReloadStack, { functions }: ReloadPipeline, folder: string) {
    this.#stack = stack;
    this.#folder = folder;
    this.#functions = functions.flatMap(({ arn, codeDirectory }) => {
      const notes = readNotes(codeDirectory);
      return notes === undefined ? [] : [{ arn, codeDirectory, notes }];
    });
  }

  /** The folders of task files. */
  get taskFolders(): readonly string[] {
    return this.#functions[0]?.notes.request.taskFolders ?? [];
  }

  /** The folders of the app's own files, outside of the task folders, that are in the functions. */
  get sourceFolders(): readonly string[] {
    const { taskFolders = [], appFolder = '' } = this.#functions[0]?.notes.request ?? {};
    const folders = this.#functions.flatMap(({ notes }) => notes.sources.map((file) => dirname(file)));
    // Not the app's whole folder: it holds node_modules and what builds write.
    return [...new Set(folders)].filter(
      (folder) => folder !== appFolder && !taskFolders.some((tasks) => isWithin(tasks, folder)),
    );
  }

  /**
   * @param changed files, absolute
   * @returns undefined if no function is affected
   */
  async reload(changed: readonly string[]): Promise<Reloaded | undefined> {
    const startedMs = performance.now();
    const files = changed.filter((file) => this.#affectedBy(file).length > 0);
    const due = new Set([...this.#failed, ...files.flatMap((file) => this.#affectedBy(file))]);
    if (due.size === 0) return undefined;

    this.#builds += 1;
    const newest = this.#output(this.#builds);
    const errors = await this.#build(newest);
    if (errors.length === 0) {
      const changedCode = this.#functions.filter(
        ({ codeDirectory, notes }) => codeHash(codeDirectory) !== codeHash(join(newest, notes.name)),
      );
      const started = await Promise.all(
        changedCode.map((fn) => this.#start(fn, join(newest, fn.notes.name))),
      );
      this.#failed = changedCode.filter((_, index) => started[index] === false);
      rmSync(this.#output(this.#builds - KEPT_BUILDS), { recursive: true, force: true });
      const names = (functions: readonly RunningFunction[]) =>
        functions.map(({ notes }) => notes.name).sort();
      return {
        files,
        functions: names(changedCode.filter((fn) => !this.#failed.includes(fn))),
        failed: names(this.#failed),
        errors,
        tookMs: performance.now() - startedMs,
      };
    }
    this.#failed = [...due];
    const failed = this.#failed.map(({ notes }) => notes.name).sort();
    return { files, functions: [], failed, errors, tookMs: performance.now() - startedMs };
  }

  /** A file is a part of the functions that were built from it; a new task file becomes a part of submit and run. */
  #affectedBy(file: string): RunningFunction[] {
    const isTask = this.taskFolders.some((folder) => isWithin(folder, file)) && /\.ts$/.test(file);
    return this.#functions.filter(
      ({ notes }) => notes.sources.includes(file) || (isTask && ['submit', 'run'].includes(notes.name)),
    );
  }

  /** @returns what is wrong */
  async #build(outputFolder: string): Promise<string[]> {
    const [fn] = this.#functions;
    if (fn === undefined) return [];
    // The last run of the stack may have left a build there.
    rmSync(outputFolder, { recursive: true, force: true });
    mkdirSync(outputFolder, { recursive: true });
    try {
      await runBuild({ ...fn.notes.request, outputFolder });
      return [];
    } catch (error) {
      if (error instanceof BuildError) return error.message.split('\n');
      throw error;
    }
  }

  async #start(fn: RunningFunction, codeDirectory: string): Promise<boolean> {
    const isStarted = await this.#stack.replaceCode(fn.arn, codeDirectory);
    if (isStarted) {
      fn.codeDirectory = codeDirectory;
      fn.notes = readNotes(codeDirectory) ?? fn.notes;
    }
    return isStarted;
  }

  #output(build: number): string {
    return join(this.#folder, String(build));
  }
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

/** Changes if and only if the code that would be deployed changes. */
function codeHash(folder: string): string {
  const hash = createHash('sha256');
  const files = globSync(['*.{js,mjs}', 'work/*.{mjs,json}'], { cwd: folder });
  for (const file of files.sort()) hash.update(`\0${file}\0`).update(readFileSync(join(folder, file)));
  return hash.digest('hex');
}
