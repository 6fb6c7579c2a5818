import { basename, join, resolve } from 'node:path';

/**
 * Whether this is the package that apps install: compiled JavaScript in `dist/`. In a clone of the repository it is
 * TypeScript.
 */
export const IS_PACKAGE = !import.meta.filename.endsWith('.ts');

/** Folder of the package's, or the clone's, package.json. */
export const PACKAGE_FOLDER = resolve(import.meta.dirname, '..');

/** Programs that run in processes and threads of their own, and what those in JavaScript import, by their paths in a clone. */
export const PROGRAMS = [
  'lib/build/build.ts',
  'local/call-engines.mjs',
  'local/function-worker.mjs',
  'local/load-task.ts',
  'local/record-loaded-files.cjs',
  'local/work-failures.cjs',
] as const;

/** Returns the absolute path of a program. In a package all of them are in `dist/`, compiled. */
export function programFile(program: (typeof PROGRAMS)[number]): string {
  if (!IS_PACKAGE) return join(PACKAGE_FOLDER, program);
  return join(PACKAGE_FOLDER, 'dist', basename(program).replace(/\.ts$/, '.mjs'));
}

/** The app that `init` writes, with the names that it replaces. */
export const APP_TEMPLATE = join(PACKAGE_FOLDER, IS_PACKAGE ? 'templates/app' : 'cli/init/app');

/**
 * Prebuilt functions. In a package this folder has a folder for each function. In a clone it has a folder for each
 * version of the sources, built when it is needed.
 */
export const FUNCTIONS_FOLDER = join(PACKAGE_FOLDER, 'dist', 'functions');

/** The console's page that packaging has built: `index.html`, `app.js` and `app.css`. */
export const PACKAGED_PAGE = join(PACKAGE_FOLDER, 'dist', 'console-page');
