import type { TestProject } from 'vitest/node';
import { ASSEMBLY_DIRECTORY } from './variables.ts';

/**
 * Gives tests the app that `engines.ts` has synthesized.
 *
 * @throws Error if the environment does not name its folder
 */
export default function provideAssembly(project: TestProject): void {
  const directory = process.env[ASSEMBLY_DIRECTORY];
  if (directory === undefined) throw new Error(`${ASSEMBLY_DIRECTORY} is not set. Run npm run test:engines.`);
  project.provide('assemblyDirectory', directory);
}
