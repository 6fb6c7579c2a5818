import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../../local/synthesize.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The synthesized app, with waits that suit a test. */
    assemblyDirectory: string;
  }
}

/** The app is synthesized once for all tests that run it. */
export default async function setup(project: TestProject): Promise<() => void> {
  const directory = mkdtempSync(join(tmpdir(), 'callback-completion-assembly-'));
  await synthesize(directory, {
    samples: 'true',
    allowedCallbackCidrs: '127.0.0.0/8,::1/128',
    retrySchedule: '1s,1s',
    deliveryDeadline: '4s',
    runTimeout: '2s',
    maxRuns: '3',
  });
  project.provide('assemblyDirectory', directory);
  return () => rmSync(directory, { recursive: true, force: true });
}
