import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Metafile } from 'esbuild';

const WITHIN_MS = 30_000;

/** The module of a deployed task, loaded and run once. */
export interface LoadedWork {
  /** How long `import()` of the module took, in milliseconds. */
  readonly loadMs: number;
  readonly result: unknown;
}

/**
 * Imports a task's module and runs it in a process of its own, with nothing but what is deployed.
 *
 * @param input the task's input; checked by nobody
 */
export async function loadWork(workFolder: string, task: string, input: object): Promise<LoadedWork> {
  const program = `
    const startMs = performance.now();
    const { run } = await import(${JSON.stringify(pathToFileURL(join(workFolder, `${task}.mjs`)).href)});
    const loadMs = performance.now() - startMs;
    const result = await run(${JSON.stringify(input)}, {});
    process.stdout.write(JSON.stringify({ loadMs, result }), () => process.exit());
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    cwd: workFolder,
    timeout: WITHIN_MS,
    env: { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
  });
  return JSON.parse(stdout);
}

/** The size of a task's module with the chunks that it imports when it loads, in bytes. */
export function moduleBytes({ outputs }: Metafile, task: string): number {
  const entry = Object.keys(outputs).find((file) => file.endsWith(`/${task}.mjs`));
  if (entry === undefined) throw new Error(`the build has no module for ${task}`);
  const files = new Set([entry]);
  for (const file of files) {
    for (const { path, kind } of outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && path in outputs) files.add(path);
    }
  }
  return [...files].reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
}
