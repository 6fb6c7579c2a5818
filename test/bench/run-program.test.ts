import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { BenchProgram } from '../../bench/programs.ts';
import { type Ran, runProgram } from '../../bench/run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-programs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TARGET = { target: 'as fast as light', unit: '×', comparison: 'at most', limit: 1 } as const;

/** Runs that source as a program of `bench/`. */
async function ran(name: string, source: string, limitMinutes = 1): Promise<Ran> {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, `${name}.ts`), source);
  const program: BenchProgram = { name, title: name, limitMinutes, targets: [TARGET] };
  return await runProgram(program, { isQuick: false, stopping: new AbortController().signal, folder });
}

const NOT_MEASURED = { ...TARGET, figure: null, reached: null };

describe('a program of bench/', () => {
  it('is run in a process of its own, and tells what it found in a file', async () => {
    const { result, failure } = await ran(
      'tells',
      `import { writeFileSync } from 'node:fs';
       const [option, file] = process.argv.slice(2);
       writeFileSync(file, JSON.stringify({ bench: option }));`,
    );

    expect(failure).toBeUndefined();
    expect(result).toEqual({ bench: '--json' });
  });

  it('that fails leaves its targets unmeasured, and says why', async () => {
    const { result, failure } = await ran('fails', 'process.exit(3)');

    expect(failure).toBe('it ended with 3');
    expect(result.rows).toEqual([{ ...NOT_MEASURED, left_out: 'not measured: it ended with 3' }]);
  });

  it('that takes too long is ended with all that it started', async () => {
    const ticks = join(folder, 'ticks');
    const tick = `setInterval(() => require('node:fs').appendFileSync(${JSON.stringify(ticks)}, '.'), 20)`;
    const { result, failure } = await ran(
      'hangs',
      `import { spawn } from 'node:child_process';
       spawn(process.execPath, ['-e', ${JSON.stringify(tick)}], { stdio: 'inherit' });`,
      0.05,
    );
    const ticked = statSync(ticks).size;
    await new Promise((resolve) => setTimeout(resolve, 500));

    expect(failure).toBe('it did not end within 0.05 minutes');
    expect(result.rows).toMatchObject([NOT_MEASURED]);
    expect(statSync(ticks).size).toBe(ticked);
  });

  it('that tells nothing has failed', async () => {
    const { failure } = await ran('silent', '');

    expect(failure).toBe('it wrote no result');
  });

  it('that there is not has failed', async () => {
    const program = { name: 'nowhere', title: 'nowhere', limitMinutes: 1, targets: [TARGET] };
    const stopping = new AbortController().signal;

    const { failure } = await runProgram(program, { isQuick: true, stopping, folder });

    expect(failure).toBe('there is no bench/nowhere/nowhere.ts');
  });
});
