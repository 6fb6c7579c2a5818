import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { MUTATIONS } from './mutations.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('a mutation', () => {
  it.each(MUTATIONS)('fits the code as it is: $name', ({ edits }) => {
    const found = edits.map(
      ({ file, find }) => readFileSync(join(ROOT, file), 'utf8').split(find).length - 1,
    );
    expect(found).toEqual(edits.map(() => 1));
  });

  it('has a name of its own', () => {
    expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
  });

  it('is noticed by the simulation', { timeout: 60_000 }, async () => {
    const script = join(import.meta.dirname, 'mutants.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [
      script,
      '--trial',
      'forwards without sending',
    ]);

    expect(JSON.parse(stdout)).toMatchObject({
      caught: {
        invariant: 'something will advance it',
        schedule: expect.stringMatching(/^delivered at the first/),
      },
    });
  });
});
