import { dirname } from 'node:path';
import { UserError } from './user-error.ts';

/** A file or folder of the state folder that cannot be read. It was not changed. The message states what to do. */
export class DamagedStateError extends UserError {
  override readonly name = 'DamagedStateError';

  /**
   * @param path of what is damaged
   * @param use what it is for, as a sentence without its full stop
   */
  constructor(path: string, use: string) {
    const state = dirname(path);
    super(
      `${path} is damaged and was not changed. ${use}. Restore it from a backup, or start with an empty state folder: mv ${state} ${state}-damaged`,
    );
  }
}
