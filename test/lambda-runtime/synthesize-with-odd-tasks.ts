import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../../local/synthesize.ts';
import { TEST_SETTINGS } from '../support/synthesize-present.ts';

/** The app, with the samples and with tasks that misbehave. */
export default async function setup(project: TestProject): Promise<() => void> {
  const directory = mkdtempSync(join(tmpdir(), 'callback-completion-assembly-'));
  await synthesize({
    directory,
    appFolder: join(import.meta.dirname, '../..'),
    context: {
      ...TEST_SETTINGS,
      tasks: 'tasks,tasks/samples,test/lambda-runtime/tasks',
      runTimeout: '5s',
      runMemory: '256',
    },
  });
  project.provide('assemblyDirectory', directory);
  return () => rmSync(directory, { recursive: true, force: true });
}
