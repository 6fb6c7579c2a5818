/** Environment variables by which `engines.ts` directs the processes that it starts. */

/** Name of the engine that tests run on. */
export const ENGINE = 'TEST_ENGINE';

/** Folder with the synthesized app, which all engines share. */
export const ASSEMBLY_DIRECTORY = 'TEST_ASSEMBLY_DIRECTORY';
