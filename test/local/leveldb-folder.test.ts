import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { describe, expect, it } from 'vitest';
import { checkLevelDbFolder } from '../../local/leveldb-folder.ts';
import { temporaryDirectory } from './assembly-fixture.ts';

describe('the folder of a LevelDB database', () => {
  it('is created if it does not exist', async () => {
    const folder = join(temporaryDirectory(), 'ledger');

    await checkLevelDbFolder(folder);

    expect(readdirSync(folder)).toContain('CURRENT');
  });

  it('is accepted with all its data after the process that wrote it was killed', async () => {
    const folder = await written();

    await checkLevelDbFolder(folder);

    expect(await keysIn(folder)).toEqual(['task-1', 'task-2']);
  });

  it('is accepted if the process was killed while it created the database', async () => {
    const folder = temporaryDirectory();
    // LevelDB writes the manifest and CURRENT first, and its log when it opens the database.
    writeFileSync(join(folder, 'MANIFEST-000001'), FIRST_MANIFEST);
    writeFileSync(join(folder, 'CURRENT'), 'MANIFEST-000001\n');

    await checkLevelDbFolder(folder);

    expect(await keysIn(folder)).toEqual([]);
  });

  it.each([
    ['CURRENT', 'CURRENT is missing', /^CURRENT$/],
    ['CURRENT and the manifest', 'CURRENT is missing', /^CURRENT$|^MANIFEST-/],
    ['everything but the tables', 'CURRENT is missing', /^(?!.*\.ldb$)/],
    ['its log', 'the log (*.log) is missing', /\.log$/],
    ['its tables', 'Corruption: 1 missing files; e.g.: FOLDER/000005.ldb', /\.ldb$/],
  ])('is refused without %s, and nothing else in it is deleted', async (_what, reason, removed) => {
    const folder = await written();
    for (const name of readdirSync(folder)) if (removed.test(name)) rmSync(join(folder, name));
    const before = contentOf(folder);

    const failure = await checkLevelDbFolder(folder).catch((error: Error) => error);

    expect((failure as Error).message.replaceAll(folder, 'FOLDER')).toContain(
      `FOLDER is damaged and was not changed. It holds all tasks (${reason}). Restore it from a backup`,
    );
    expect(contentOf(folder)).toEqual(before);
  });
});

/** What LevelDB writes for a database without any entry: the comparator, and the numbers of the first files. */
const FIRST_MANIFEST = Buffer.from(
  '957cb9c5220001011a6c6576656c64622e4279746577697365436f6d70617261746f72020003020400',
  'hex',
);

/** Returns a copy of an open database, as a killed process leaves it: one entry in a table, one in the log. */
async function written(): Promise<string> {
  const folder = join(temporaryDirectory(), 'ledger');
  const first = new ClassicLevel(folder);
  await first.put('task-1', 'x');
  await first.close();
  const second = new ClassicLevel(folder);
  await second.put('task-2', 'x');
  const copy = join(temporaryDirectory(), 'ledger');
  mkdirSync(copy);
  cpSync(folder, copy, { recursive: true });
  await second.close();
  return copy;
}

async function keysIn(folder: string): Promise<string[]> {
  const database = new ClassicLevel(folder);
  const keys = await database.keys().all();
  await database.close();
  return keys;
}

/** Names and contents of the files, without those that LevelDB writes whenever it tries to open a folder. */
function contentOf(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => !/^(LOG|LOG\.old|LOCK)$/.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'hex')]));
}
