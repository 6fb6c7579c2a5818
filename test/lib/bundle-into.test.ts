import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleInto } from '../../lib/bundle-into.ts';
import { notesFile } from '../../lib/bundle-notes.ts';
import { temporaryDirectory } from '../local/assembly-fixture.ts';

const LAMBDA_FOLDER = join(import.meta.dirname, '..', '..', 'lambda');

async function bundled(withNotes: boolean) {
  const folder = temporaryDirectory();
  const sourceFolder = join(LAMBDA_FOLDER, 'run');
  const notes = await bundleInto(folder, { sourceFolder, besides: ['task-process.ts'], withNotes });
  return { folder, notes, code: readFileSync(join(folder, 'index.js'), 'utf8') };
}

describe('a bundle with notes', () => {
  it('has the code that is deployed, to the byte', async () => {
    const [deployed, local] = await Promise.all([bundled(false), bundled(true)]);

    expect(local.code).toBe(deployed.code);
    expect(readdirSync(deployed.folder).sort()).toEqual(['index.js', 'package.json', 'task-process.js']);
    expect(readdirSync(local.folder).sort()).toEqual([
      'index.js',
      'index.js.map',
      'notes.json',
      'package.json',
      'task-process.js',
      'task-process.js.map',
    ]);
  });

  it('tells our own sources, of all its programs', async () => {
    const { folder, notes } = await bundled(true);

    expect(JSON.parse(readFileSync(notesFile(folder), 'utf8'))).toEqual(notes);
    expect(notes).toMatchObject({ sourceFolder: join(LAMBDA_FOLDER, 'run'), besides: ['task-process.ts'] });
    expect(notes.sources).toEqual(
      expect.arrayContaining([
        join(LAMBDA_FOLDER, 'run', 'handler.ts'),
        join(LAMBDA_FOLDER, 'tasks', 'sleep', 'run.ts'),
      ]),
    );
    expect(notes.sources.filter((file) => file.includes('node_modules'))).toEqual([]);
  });
});
