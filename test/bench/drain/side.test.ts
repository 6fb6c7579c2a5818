import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type BenchProcess, startProcess } from '../../../bench/drain/process.ts';
import { drainTogether } from '../../../bench/drain/side.ts';

const started: BenchProcess[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((worker) => worker.stop()));
});

function worker(variables: Readonly<Record<string, string>>): BenchProcess {
  const process = startProcess(join(import.meta.dirname, 'worker-process.ts'), variables);
  started.push(process);
  return process;
}

describe('workers that share a turn', () => {
  it('end it together: the quicker one does what the slower one leaves', async () => {
    const workers = [worker({ EVERY_MS: '2' }), worker({ EVERY_MS: '3600000' })];

    expect(await drainTogether(workers, 25)).toBeGreaterThanOrEqual(25);
    expect(await drainTogether(workers, 25)).toBeGreaterThanOrEqual(25);
  });

  it('do not wait for one that has ended', async () => {
    const workers = [worker({ EVERY_MS: '2', MOST: '5' }), worker({ EVERY_MS: '3600000' })];

    await expect(drainTogether(workers, 1_000)).rejects.toThrow('has ended amid its turn');
  });
});
