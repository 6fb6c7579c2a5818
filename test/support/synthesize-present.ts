import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../local/synthesize.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

const OWN_TASKS = ['tasks/generate-report', 'tasks/samples'];

/** Lets callbacks go to loopback receivers. */
const LOOPBACK = '127.0.0.0/8,::1/128';

/** Waits that suit a test, for callbacks to loopback receivers. */
export const TEST_SETTINGS = {
  allowedCallbackCidrs: LOOPBACK,
  retrySchedule: '1s,1s',
  deliveryDeadline: '4s',
  runTimeout: '2s',
  maxRuns: '3',
} as const;

/**
 * Synthesizes the app with the tasks that this repository comes with. Tasks that somebody added to it are left out:
 * they may need more time than the settings of a test allow.
 *
 * @param directory where the cloud assembly goes; emptied first
 * @param settings context settings of the app
 */
export async function synthesizePresent(
  directory: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const app = mkdtempSync(join(tmpdir(), 'callback-completion-tasks-'));
  try {
    for (const name of OWN_TASKS) cpSync(join(REPOSITORY, name), join(app, name), { recursive: true });
    symlinkSync(join(REPOSITORY, 'node_modules'), join(app, 'node_modules'));
    await synthesize({
      directory,
      appFolder: REPOSITORY,
      context: { tasks: `${app}/tasks,${app}/tasks/samples`, ...settings },
    });
  } finally {
    rmSync(app, { recursive: true, force: true });
  }
}
