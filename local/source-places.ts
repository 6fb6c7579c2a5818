import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGE_FOLDER } from '../package/files.ts';

/** Where a frame of a stack is, in the sources. */
export interface Place {
  /** `tasks/samples/sleep.ts:7:9`, below the repository where it is there. */
  readonly where: string;
  /** Whether it is code of this repository: not Node's, and not a package's. */
  readonly own: boolean;
  /** What stands there; undefined where it cannot be read. */
  readonly text: string | undefined;
}

/** Folder of the local stack's own code. In a package it is below node_modules. */
const LOCAL_STACK = join(PACKAGE_FOLDER, 'local') + sep;

/** `at run (/a/index.js:1:23)`, `at async file:///a/index.js:1:23`; with or without its `at`. */
const FRAME = /^\s*(?:at )?(?:.*? \()?(?:async )?((?:file:\/\/)?[^\s()][^()]*):(\d+):(\d+)\)?$/;

/**
 * Finds the sources of what bundles throw, by the maps beside them. A map is read when it is first needed: most runs
 * need none, and the functions themselves are as quick as without.
 */
export class SourcePlaces {
  readonly #folder: string;
  readonly #maps = new Map<string, SourceMap | undefined>();

  /** @param folder of the app: paths of its files are shown relative to it */
  constructor(folder = process.cwd()) {
    this.#folder = folder;
  }

  /** The frames' places, our own first; what is no frame is left out. */
  of(frames: readonly string[]): Place[] {
    const places = frames.map((frame) => this.#placeOf(frame)).filter((place) => place !== undefined);
    return [...places.filter(({ own }) => own), ...places.filter(({ own }) => !own)];
  }

  #placeOf(frame: string): Place | undefined {
    const [, named, line, column] = FRAME.exec(frame) ?? [];
    if (named === undefined) return undefined;
    const file = named.startsWith('file://') ? fileURLToPath(named) : named;
    const at = { file, line: Number(line), column: Number(column) };
    const origin = this.#origin(at);
    const { file: source, line: sourceLine, column: sourceColumn } = origin ?? at;
    const path = relative(this.#folder, source);
    // What runs the functions here is in no stack of AWS's: it is as foreign as Node.
    const foreign =
      /(^|[\\/])node_modules[\\/]/.test(path) || source.startsWith(LOCAL_STACK) || named.startsWith('node:');
    // The package's prebuilt functions have no maps. Their lines are whole minified files.
    const prebuilt = origin === undefined && /(^|[\\/])cdk\.out[\\/]/.test(path);
    const own = isIn(path) && !foreign && !prebuilt;
    return {
      where: `${own ? path : source}:${sourceLine}:${sourceColumn}`,
      own,
      text: own ? lineOf(source, sourceLine) : undefined,
    };
  }

  #origin({ file, line, column }: Position): Position | undefined {
    const origin = this.#mapOf(file)?.findOrigin(line, column);
    if (origin === undefined || !('fileName' in origin)) return undefined;
    const { fileName, lineNumber, columnNumber } = origin;
    return { file: resolve(dirname(file), fileName), line: lineNumber, column: columnNumber };
  }

  #mapOf(file: string): SourceMap | undefined {
    if (!this.#maps.has(file)) this.#maps.set(file, readMap(`${file}.map`));
    return this.#maps.get(file);
  }
}

interface Position {
  readonly file: string;
  /** From 1 on. */
  readonly line: number;
  /** From 1 on. */
  readonly column: number;
}

function isIn(path: string): boolean {
  return path !== '' && !path.startsWith('..') && path !== resolve(path);
}

function readMap(path: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function lineOf(path: string, line: number): string | undefined {
  try {
    return readFileSync(path, 'utf8').split('\n')[line - 1]?.trim();
  } catch {
    return undefined;
  }
}
