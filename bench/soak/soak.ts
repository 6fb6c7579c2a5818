/**
 * Program: whether deliver's memory grows with what it has delivered, and its time for a callback with what is owed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../local/synthesize.ts';
import { startProcess } from '../drain/process.ts';
import { ratiosOf } from '../drain/ratios.ts';
import { meanOf } from '../drain/threads.ts';
import { benchOptions, benchResult, tell } from '../result.ts';
import { median, spread } from '../statistics.ts';
import { rowsOf, TARGETS } from '../targets.ts';
import { growth } from './growth.ts';
import { memoryOverTime } from './memory.ts';
import { queueAlone } from './queue-alone.ts';

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
const { resident, backlogs, queues } = await measured();

async function measured() {
  try {
    const assembly = join(folder, 'cdk.out');
    const context = { allowedCallbackCidrs: '127.0.0.0/8', deliverConcurrency: String(WORKERS) };
    await synthesize({ directory: assembly, context, signal: brokenOff.signal });
    const callbackUrl = `${await receiver.ask<string>('listen')}/soak`;
    const onTurn = (turn: number) => {
      brokenOff.signal.throwIfAborted();
      process.stderr.write(`growth: turn ${turn} of ${turns}\n`);
    };
    const backlogs = await growth({ assembly, folder, callbackUrl, sizes, turns, callbacksATurn, onTurn });
    const queues = await queueAlone(sizes, isQuick ? 200 : 1_000);
    const tenths = Array.from({ length: 10 }, (_, index) => ((index + 1) * callbacks) / 10);
    const onMark = ({ callbacks, mib }: { callbacks: number; mib: number }) => {
      brokenOff.signal.throwIfAborted();
      process.stderr.write(`memory: ${mib} MiB after ${callbacks} callbacks\n`);
    };
    const resident = await memoryOverTime({ assembly, callbackUrl, marks: tenths, onMark });
    return { resident, backlogs, queues };
  } finally {
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const first = resident[0]?.mib ?? Number.NaN;
const last = resident.at(-1)?.mib ?? Number.NaN;
const thousandth = (value: number) => Math.round(value * 1_000) / 1_000;
const times = backlogs.map(({ owed, msPerTask, cpuMs }) => ({
  owed,
  msPerTask: thousandth(median(msPerTask)),
  spread: spread(msPerTask, 2),
  cpuMs: meanOf(cpuMs),
}));
const ratios = ratiosOf(backlogs.at(-1)?.msPerTask ?? [], backlogs[0]?.msPerTask ?? []);

const rows = rowsOf(TARGETS.soak, {
  'memory of deliver after 100,000 callbacks': { figure: last },
  'memory of deliver after 100,000 callbacks, of that after 10,000': {
    figure: Number((last / first).toFixed(3)),
    spread: `${last} MiB of ${first} MiB`,
  },
  'growth: time per task at 100,000 owed, of that at 1,000': {
    figure: Number(median(ratios).toFixed(3)),
    spread: spread(ratios, 2),
  },
});
const notes = [
  ...(isQuick ? [`A quick run: ${callbacks} callbacks, and ${sizes.join(', ')} owed.`] : []),
  `Memory: resident size of one process with the limits that Lambda gives Node for the memory of deliver, which delivers batches of ten, one after the other, from a stub engine; ${resident.map(({ callbacks, mib }) => `${callbacks}: ${mib} MiB`).join(', ')}.`,
  `Growth: ${turns} turns of ${callbacksATurn} callbacks on the local stack's engines for each backlog; compared turn by turn; medians: ${times.map(({ owed, msPerTask, spread }) => `${owed} owed ${msPerTask} ms (${spread})`).join(', ')}.`,
  ...growthByParts(),
  `Tried apart, the queue engine with nothing around it: to receive and delete a message takes ${queues.map(({ messages, msPerMessage }) => `${thousandth(msPerMessage)} ms of ${messages}`).join(', ')}. fauxqs keeps a queue as an array and takes its first message with \`shift\`, which moves all the others once they are some tens of thousands. SQS has no such growth; deliver asks by key and by message, and lists nothing.`,
  'Not done: another queue engine, or fauxqs changed, for a backlog that only a bench has on one machine.',
];
tell(benchResult('soak', rows, notes, { resident, times, queues }), jsonFile);

/** Whose CPU time grows with what is owed, and whose does not. */
function growthByParts(): string[] {
  const [least, most] = [times[0], times.at(-1)];
  const parts = Object.entries(most?.cpuMs ?? {});
  if (least === undefined || most === undefined || parts.length === 0) return [];
  const told = parts.map(([part, ms]) => `${part} ${least.cpuMs[part] ?? 0} ms and ${ms} ms`);
  return [`CPU time for each callback, at ${least.owed} and at ${most.owed} owed: ${told.join(', ')}.`];
}
