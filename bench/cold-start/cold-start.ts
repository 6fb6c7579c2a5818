/**
 * Program: what a cold start of submit costs, import and first call, against the bundle that one usually makes of the
 * same source, and against a Node that does nothing. Processes of the three kinds take turns.
 */
import { rmSync } from 'node:fs';
import { benchOptions, benchResult, type Row, tell } from '../result.ts';
import { median, spread } from '../statistics.ts';
import { makeBundles } from './bundles.ts';
import { type Parts, partsOfLoading } from './parts.ts';
import { type ColdStart, coldStart, KINDS, type Kind } from './process.ts';
import { startStub } from './stub.ts';
import { TRIED } from './tried.ts';

const RUNS = 31;

const { isQuick, jsonFile } = benchOptions(process.argv.slice(2));
const bundles = await makeBundles();
const stub = await startStub();
const starts: Record<Kind, ColdStart[]> = { node: [], shipped: [], usual: [] };
const parts: Parts[] = [];
const runs = isQuick ? 5 : RUNS;
try {
  for (let run = 0; run < runs; run += 1) {
    for (const kind of KINDS) starts[kind].push(await coldStart(kind, bundles, stub.url));
    parts.push(await partsOfLoading(bundles));
    process.stderr.write(`\rcold starts: ${run + 1} of ${runs} rounds`);
  }
} finally {
  process.stderr.write('\n');
  stub.stop();
  rmSync(bundles.folder, { recursive: true, force: true });
}

const processMs = (kind: Kind) => starts[kind].map((start) => start.processMs);
const handledMs = (kind: Kind) => starts[kind].map((start) => start.handledMs);
const ratio = (a: readonly number[], b: readonly number[]) => Number((median(a) / median(b)).toFixed(3));

const rows: Row[] = [
  {
    target: 'cold start of submit, import and first call, of the usual bundle',
    figure: ratio(handledMs('shipped'), handledMs('usual')),
    unit: '×',
    comparison: 'at most',
    limit: 0.5,
    spread: `${spread(handledMs('shipped'))} ms of ${spread(handledMs('usual'))} ms`,
  },
  {
    target: 'cold start of submit, whole process, of `node -e 0`',
    figure: ratio(processMs('shipped'), processMs('node')),
    unit: '×',
    comparison: 'at most',
    limit: 2.75,
    spread: `${spread(processMs('shipped'))} ms of ${spread(processMs('node'))} ms`,
  },
];
const medians = KINDS.map((kind) => ({
  kind,
  processMs: Math.round(median(processMs(kind)) * 10) / 10,
  importedMs: Math.round(median(starts[kind].map(({ importedMs }) => importedMs)) * 10) / 10,
  handledMs: Math.round(median(handledMs(kind)) * 10) / 10,
}));
const tenths = (ms: number) => Math.round(ms * 10) / 10;
const shippedMs = (what: keyof ColdStart) => median(starts.shipped.map((start) => start[what]));
const modulesMs = median(parts.map((part) => part.modulesMs));
const compileMs = median(parts.map((part) => part.compileMs));
/** What a process of the shipped bundle does, one after the other. */
const steps = [
  { name: 'Node itself', ms: tenths(median(processMs('node'))) },
  { name: "Node's modules (crypto, https, …)", ms: tenths(modulesMs) },
  { name: 'compiling the bundle', ms: tenths(compileMs) },
  {
    name: 'making schemas, clients and the logger',
    ms: tenths(shippedMs('importedMs') - modulesMs - compileMs),
  },
  {
    name: 'the first call, with two AWS calls',
    ms: tenths(shippedMs('handledMs') - shippedMs('importedMs')),
  },
];
const notes = [
  `${runs} rounds of three processes in turn; medians: ${medians.map(({ kind, processMs }) => `${kind} ${processMs} ms`).join(', ')} for a whole process.`,
  `The usual bundle is an ES module, minified, with esbuild's defaults besides; it has ${bundles.usualKib} KiB, the shipped one ${bundles.shippedKib}.`,
  `Where the shipped one's time goes: ${steps.map(({ name, ms }) => `${name} ${ms} ms`).join('; ')}.`,
  ...TRIED,
  'Both answer one POST /api/tasks with 202, with a write to DynamoDB and a message to SQS, at a stub on this machine.',
];
tell(
  benchResult('cold-start', rows, notes, {
    medians,
    steps,
    shippedKib: bundles.shippedKib,
    usualKib: bundles.usualKib,
  }),
  jsonFile,
);
