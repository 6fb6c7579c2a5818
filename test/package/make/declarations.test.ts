import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeDeclarations } from '../../../package/make/declarations.ts';

const folder = mkdtempSync(join(tmpdir(), 'declarations-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('writes what task files import in both formats, and the construct as CommonJS', () => {
  writeDeclarations(folder);

  const task = (format: string) => readFileSync(join(folder, `lambda/task/index.d.${format}`), 'utf8');
  expect(task('mts')).toContain("export type { Run, TaskContext, TaskLogger, TaskModule } from './run.mjs';");
  expect(task('cts')).toContain("export type { Run, TaskContext, TaskLogger, TaskModule } from './run.cjs';");
  expect(readFileSync(join(folder, 'package/index.d.cts'), 'utf8')).toContain(
    "export { CallbackCompletion } from '../lib/callback-completion.cjs';",
  );
  expect(existsSync(join(folder, 'package/index.d.mts'))).toBe(false);
  // An example in a comment is left as its author wrote it.
  expect(readFileSync(join(folder, 'testing/run-task.d.mts'), 'utf8')).toContain("from '../tasks/greet.ts'");
});
