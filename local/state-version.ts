import { readFileSync, writeFileSync } from 'node:fs';
import { VERSION } from '../lambda/contract/version.ts';
import { commandLine } from '../package/command-name.ts';
import type { StateDirectory } from './state-directory.ts';
import { UserError } from './user-error.ts';

/**
 * Of what lies in the state directory. Raise it when this version cannot read what an earlier one has left there: the
 * ledger's items, the secret or the inbox.
 */
const STATE_FORMAT = 1;

const FILE = 'version.json';

interface Marker {
  /** `STATE_FORMAT` of who wrote it. */
  readonly format: number;
  /** Of callback-completion. */
  readonly version: string;
}

/** What lies there is another version's. Nothing of it was touched. */
export class StateVersionError extends UserError {
  override readonly name = 'StateVersionError';

  constructor(directory: string, found: string) {
    super(
      `${directory} holds the state of ${found}; this is version ${VERSION}, which reads format ${STATE_FORMAT}.\n` +
        `Nothing in it was changed. Go on with that version, give this one a folder of its own (${commandLine('start', '--state DIR')}),\n` +
        `or, if its tasks and callbacks are of no more use, move it away: mv ${directory} ${directory}-old`,
    );
  }
}

/**
 * Makes sure that this version can read what an earlier run has left, and marks it as this version's. A folder without
 * a mark is new, or older than the mark: of format 1.
 *
 * @throws StateVersionError
 */
export function claimStateVersion(state: Pick<StateDirectory, 'path' | 'file'>): void {
  const found = readMarker(state.file(FILE));
  if (found === 'unreadable')
    throw new StateVersionError(state.path, `a version that cannot be told from ${FILE}`);
  if (found !== undefined && found.format !== STATE_FORMAT) {
    throw new StateVersionError(state.path, `version ${found.version} (format ${found.format})`);
  }
  const marker: Marker = { format: STATE_FORMAT, version: VERSION };
  writeFileSync(state.file(FILE), `${JSON.stringify(marker)}\n`);
}

function readMarker(file: string): Marker | 'unreadable' | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { format, version } = JSON.parse(text);
    return Number.isInteger(format) && typeof version === 'string' ? { format, version } : 'unreadable';
  } catch {
    return 'unreadable';
  }
}
