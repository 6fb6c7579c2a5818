/**
 * Program: whether deliver's memory grows with what it has delivered, and its time for a callback with what is owed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../local/synthesize.ts';
import { startProcess } from '../drain/process.ts';
import { ratiosOf } from '../drain/ratios.ts';
import { benchOptions, benchResult, type Row, tell } from '../result.ts';
import { median, spread } from '../statistics.ts';
import { growth } from './growth.ts';
import { memoryOverTime } from './memory.ts';

const { isQuick, jsonFile } = benchOptions(process.argv.slice(2));
/** A tenth of them for smoke: the first mark is then still within what a process needs to come to rest. */
const callbacks = isQuick ? 5_000 : 100_000;
const sizes = isQuick ? [500, 1_000, 2_000] : [1_000, 10_000, 100_000];
const turns = isQuick ? 3 : 30;
const callbacksATurn = isQuick ? 50 : 200;
const WORKERS = 2;

const brokenOff = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => brokenOff.abort(new Error('broken off')));

const folder = mkdtempSync(join(tmpdir(), 'callback-completion-soak-'));
const receiver = startProcess(join(import.meta.dirname, '../drain/receiver-process.ts'));
const { resident, backlogs } = await measured();

async function measured() {
  try {
    const assembly = join(folder, 'cdk.out');
    const context = { allowedCallbackCidrs: '127.0.0.0/8', deliverConcurrency: String(WORKERS) };
    await synthesize(assembly, context, brokenOff.signal);
    const callbackUrl = `${await receiver.ask<string>('listen')}/soak`;
    const onTurn = (turn: number) => {
      brokenOff.signal.throwIfAborted();
      process.stderr.write(`growth: turn ${turn} of ${turns}\n`);
    };
    const backlogs = await growth({ assembly, folder, callbackUrl, sizes, turns, callbacksATurn, onTurn });
    const tenths = Array.from({ length: 10 }, (_, index) => ((index + 1) * callbacks) / 10);
    const onMark = ({ callbacks, mib }: { callbacks: number; mib: number }) => {
      brokenOff.signal.throwIfAborted();
      process.stderr.write(`memory: ${mib} MiB after ${callbacks} callbacks\n`);
    };
    const resident = await memoryOverTime({ assembly, callbackUrl, marks: tenths, onMark });
    return { resident, backlogs };
  } finally {
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const first = resident[0]?.mib ?? Number.NaN;
const last = resident.at(-1)?.mib ?? Number.NaN;
const times = backlogs.map(({ owed, msPerTask, deliverCpuMs }) => ({
  owed,
  deliverCpuMs: Number(median(deliverCpuMs).toFixed(3)),
  msPerTask: Number(median(msPerTask).toFixed(3)),
  spread: spread(msPerTask, 2),
}));
const ratios = ratiosOf(backlogs.at(-1)?.msPerTask ?? [], backlogs[0]?.msPerTask ?? []);

const rows: Row[] = [
  {
    target: 'memory of deliver after 100,000 callbacks',
    figure: last,
    unit: 'MiB',
    comparison: 'at most',
    limit: 150,
  },
  {
    target: 'memory of deliver after 100,000 callbacks, of that after 10,000',
    figure: Number((last / first).toFixed(3)),
    unit: '×',
    comparison: 'at most',
    limit: 1.1,
    spread: `${last} MiB of ${first} MiB`,
  },
  {
    target: 'growth: time per task at 100,000 owed, of that at 1,000',
    figure: Number(median(ratios).toFixed(3)),
    unit: '×',
    comparison: 'at most',
    limit: 1.1,
    spread: spread(ratios, 2),
  },
];
const notes = [
  ...(isQuick ? [`A quick run: ${callbacks} callbacks, and ${sizes.join(', ')} owed.`] : []),
  `Memory: resident size of one process with the limits that Lambda gives Node for the memory of deliver, which delivers batches of ten, one after the other, from a stub engine; ${resident.map(({ callbacks, mib }) => `${callbacks}: ${mib} MiB`).join(', ')}.`,
  `Growth: ${turns} turns of ${callbacksATurn} callbacks on the local stack's engines for each backlog; compared turn by turn; medians: ${times.map(({ owed, msPerTask, spread }) => `${owed} owed ${msPerTask} ms (${spread})`).join(', ')}. Of that, CPU time of deliver's own threads: ${times.map(({ owed, deliverCpuMs }) => `${owed} owed ${deliverCpuMs} ms`).join(', ')}; what else grows is the engines' (fauxqs receives more slowly from a long queue).`,
];
tell(benchResult('soak', rows, notes, { resident, times }), jsonFile);
