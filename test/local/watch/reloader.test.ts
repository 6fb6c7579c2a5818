import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleInto } from '../../../lib/bundle-into.ts';
import { Reloader } from '../../../local/watch/reloader.ts';
import { temporaryDirectory } from '../assembly-fixture.ts';

/** Two functions that have a file in common; `run` has a program besides. */
async function app() {
  const folder = temporaryDirectory();
  const file = (name: string) => join(folder, 'lambda', name);
  const write = (name: string, text: string) => {
    mkdirSync(join(file(name), '..'), { recursive: true });
    writeFileSync(file(name), text);
  };
  write('greeting.ts', `export const greeting: string = 'hello';`);
  write(
    'submit/handler.ts',
    `import { greeting } from '../greeting.ts'; export const handler = () => greeting;`,
  );
  write(
    'run/handler.ts',
    `import { greeting } from '../greeting.ts'; export const handler = () => greeting + '!';`,
  );
  write('run/work.ts', `export const work: number = 1;`);
  const functions = await Promise.all(
    [
      { name: 'submit', besides: [] },
      { name: 'run', besides: ['work.ts'] },
    ].map(async ({ name, besides }) => {
      const codeDirectory = join(folder, 'assets', name);
      await bundleInto(codeDirectory, { sourceFolder: file(name), besides, withNotes: true });
      return { arn: `arn:${name}`, codeDirectory };
    }),
  );
  const running = new Map(functions.map(({ arn, codeDirectory }) => [arn, codeDirectory]));
  const stack = {
    description: { functions },
    async replaceCode(arn: string, codeDirectory: string) {
      try {
        said(codeDirectory);
      } catch {
        return false;
      }
      running.set(arn, codeDirectory);
      return true;
    },
  };
  const says = (name: string) => said(running.get(`arn:${name}`) ?? '');
  return { write, file, says, reloader: new Reloader(stack, join(folder, 'reloaded')) };
}

/** What the handler of a bundle answers. */
function said(codeDirectory: string): string {
  const program = `process.stdout.write(require(${JSON.stringify(join(codeDirectory, 'index.js'))}).handler())`;
  return execFileSync(process.execPath, ['-e', program], { encoding: 'utf8', stdio: 'pipe' });
}

describe('reloading', () => {
  it('concerns the functions whose bundle holds the file, and no other', async () => {
    const { write, file, says, reloader } = await app();

    write('submit/handler.ts', `export const handler = () => 'bye';`);

    expect(await reloader.reload([file('submit/handler.ts'), file('submit/.handler.ts.swp')])).toEqual({
      files: [file('submit/handler.ts')],
      functions: ['submit'],
      failed: [],
      errors: [],
      tookMs: expect.any(Number),
    });
    expect([says('submit'), says('run')]).toEqual(['bye', 'hello!']);
  });

  it('concerns every function that has the file, and the programs besides handlers', async () => {
    const { write, file, says, reloader } = await app();

    write('greeting.ts', `export const greeting: string = 'servus';`);
    expect(await reloader.reload([file('greeting.ts')])).toMatchObject({ functions: ['run', 'submit'] });
    expect([says('submit'), says('run')]).toEqual(['servus', 'servus!']);

    expect(await reloader.reload([file('run/work.ts')])).toMatchObject({ functions: ['run'] });
    expect(await reloader.reload([file('nobody-imports-it.ts')])).toBeUndefined();
  });

  it('goes on with the old code while there is an error, of which it tells the place', async () => {
    const { write, file, says, reloader } = await app();
    write(
      'submit/handler.ts',
      `import { farewell } from '../farewell.ts';\nexport const handler = () => farewell`,
    );

    const failed = await reloader.reload([file('submit/handler.ts')]);

    expect(failed).toMatchObject({ functions: [], failed: ['submit'] });
    expect(failed?.errors).toEqual([
      expect.stringMatching(/submit\/handler\.ts:1:26: Could not resolve "\.\.\/farewell\.ts" {2}import/),
    ]);
    expect(says('submit')).toBe('hello');

    // The file that was missing is in no bundle yet; that it came is all the same what the build waits for.
    write('farewell.ts', `export const farewell = 'bye';`);
    expect(await reloader.reload([file('farewell.ts')])).toMatchObject({ functions: ['submit'], failed: [] });
    expect(says('submit')).toBe('bye');
  });

  it('goes on with the old code where the new one does not load', async () => {
    const { write, file, says, reloader } = await app();
    write('submit/handler.ts', `throw new Error('no licence found');`);

    expect(await reloader.reload([file('submit/handler.ts')])).toMatchObject({
      failed: ['submit'],
      errors: [],
    });

    expect(says('submit')).toBe('hello');
  });
});
