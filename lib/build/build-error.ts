import { relative, resolve } from 'node:path';
import type { BuildFailure, Message } from 'esbuild';

/** The functions cannot be built. The message names the file, what is wrong and what to do. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
}

/** Path for messages: below the current folder relative, else absolute. */
export function shownPath(file: string): string {
  const path = relative('.', resolve(file));
  return path.startsWith('..') ? resolve(file) : path;
}

/** What to do about packages that esbuild cannot bundle. */
const NODE_MODULES_ADVICE =
  'A package with native code, or one that reads its own files, cannot be bundled: name it in the setting nodeModules.';

/** Turns a failed build of esbuild's into a message with a line per error; returns any other error as it is. */
export function asBuildError(thrown: unknown): unknown {
  const { errors } = thrown as Partial<BuildFailure>;
  if (!Array.isArray(errors)) return thrown;
  const lines = errors.map(errorLine);
  const hasNativeCode = errors.some(({ text }) => text.includes('".node"'));
  return new BuildError([...lines, ...(hasNativeCode ? [NODE_MODULES_ADVICE] : [])].join('\n'));
}

/** `tasks/greet.ts:1:20: Could not resolve "sharp"  import sharp from 'sharp'` */
function errorLine({ text, location }: Message): string {
  if (location === null) return text;
  const { file, line, column, lineText } = location;
  return `${shownPath(file)}:${line}:${column + 1}: ${text}  ${lineText.trim().slice(0, 200)}`;
}
