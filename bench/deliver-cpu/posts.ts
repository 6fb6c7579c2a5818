/**
 * What the two processes that are compared have in common: they are told how many batches to POST, and tell what that
 * took of their processor's time, the whole process's.
 */

/** Callbacks of a batch, which are under way at once. */
export const BATCH_SIZE = 10;

/** What a round has cost. */
export interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Answers each message of the parent's, the number of batches, with their cost. */
export function serveRounds(postBatch: () => Promise<void>): void {
  process.on('message', async (batches: number) => {
    const beganMs = performance.now();
    const before = process.cpuUsage();
    for (let batch = 0; batch < batches; batch += 1) await postBatch();
    const { user, system } = process.cpuUsage(before);
    const cost: Cost = { cpuMs: (user + system) / 1_000, wallMs: performance.now() - beganMs };
    process.send?.(cost);
  });
  process.on('disconnect', () => process.exit());
}
