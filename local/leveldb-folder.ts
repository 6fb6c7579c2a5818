import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { DamagedStateError } from './damaged-state.ts';

/** What CURRENT holds from the creation of a database until it is first open. There is no log until then. */
const NEVER_OPENED = 'MANIFEST-000001\n';

/**
 * Checks that a LevelDB folder can be opened with all its data. A folder that does not exist is created.
 *
 * dynalite does not report a folder that it cannot open: its first request would end the process.
 *
 * @throws DamagedStateError if a file is missing or damaged. The tables were not changed.
 */
export async function checkLevelDbFolder(directory: string): Promise<void> {
  const missing = missingFile(directory);
  if (missing !== undefined) throw damaged(directory, `${missing} is missing`);
  // The database of dynalite's own dependency `level`.
  const database = new ClassicLevel(directory);
  try {
    await database.open();
  } catch (error) {
    const { cause = error } = error as Error;
    throw damaged(directory, cause instanceof Error ? cause.message : String(cause));
  }
  await database.close();
}

/**
 * Returns the file that LevelDB would replace by an empty one. Without CURRENT it creates an empty database and deletes the old tables.
 * Without a log it forgets the latest writes. It reports all other missing files itself.
 */
function missingFile(directory: string): string | undefined {
  const names = namesIn(directory);
  if (!names.some((name) => /^MANIFEST-|\.(ldb|sst|log)$/.test(name))) return undefined;
  if (!names.includes('CURRENT')) return 'CURRENT';
  if (names.some((name) => name.endsWith('.log'))) return undefined;
  return readFileSync(join(directory, 'CURRENT'), 'utf8') === NEVER_OPENED ? undefined : 'the log (*.log)';
}

/** Returns no names if the path is not a folder: LevelDB reports that. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function damaged(directory: string, reason: string): DamagedStateError {
  return new DamagedStateError(directory, `It holds all tasks (${reason})`);
}
