import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesizePresent, TEST_SETTINGS } from './synthesize-present.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The synthesized app, with waits that suit a test. */
    assemblyDirectory: string;
  }
}

/** The app is synthesized once for all tests that run it. */
export default async function setup(project: TestProject): Promise<() => void> {
  const directory = mkdtempSync(join(tmpdir(), 'callback-completion-assembly-'));
  await synthesizePresent(directory, TEST_SETTINGS);
  project.provide('assemblyDirectory', directory);
  return () => rmSync(directory, { recursive: true, force: true });
}
