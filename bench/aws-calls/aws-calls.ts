/**
 * Program: what a task that goes well asks of AWS, counted: calls by stage, and units of the ledger. The shipped
 * bundles work at a stub engine that counts; the poller's own calls are in it.
 */
import { receiver } from '../price/far-away.ts';
import type { Measured } from '../price/measure.ts';
import { shipped } from '../price/shipped.ts';
import { consume, submit } from '../price/stages.ts';
import { benchOptions, benchResult, tell } from '../result.ts';
import { startStubEngine } from '../stub-engine/start.ts';
import { rowsOf, TARGETS } from '../targets.ts';

const { jsonFile } = benchOptions(process.argv.slice(2));
const stages = await counted();

/** Each stage works off what the one before has left in its queue: 110 tasks, then 105 of them, then 100. */
async function counted() {
  const [stub, hook] = await Promise.all([startStubEngine(), receiver()]);
  const app = await shipped(stub.url);
  const at = { shipped: app, stub, awsUrl: stub.url, callbackUrl: `${hook.url}/hook` };
  try {
    return {
      submit: await submit(100, 10, 1, at),
      runByOne: await consume('Run', 1, 20, 5, at),
      runByTen: await consume('Run', 10, 70, 10, at),
      deliverByTen: await consume('Deliver', 10, 90, 10, at),
    };
  } finally {
    hook.stop();
    await stub.stop();
    app.remove();
  }
}

const { submit: submitted, runByOne, runByTen, deliverByTen } = stages;
const thousandth = (value: number) => Math.round(value * 1_000) / 1_000;
const callsOf = ({ calls }: Measured) => Object.values(calls).reduce((sum, each) => sum + each, 0);
const unitsOf = (kind: 'writeUnits' | 'readUnits') =>
  [submitted, runByOne, deliverByTen].reduce((sum, { usage }) => sum + usage[kind], 0);
const found = (figure: number) => ({ figure: thousandth(figure) });
const rows = rowsOf(TARGETS['aws-calls'], {
  'AWS calls per task, happy path: submit': found(callsOf(submitted)),
  'AWS calls per task, happy path: run, one in a batch': found(callsOf(runByOne)),
  'AWS calls per task, happy path: run, ten in a batch': found(callsOf(runByTen)),
  'AWS calls per task, happy path: deliver, ten in a batch': found(callsOf(deliverByTen)),
  'write units per task, happy path': found(unitsOf('writeUnits')),
  'read units per task, happy path': found(unitsOf('readUnits')),
});
const operations = Object.entries(stages).map(([stage, { calls }]) => ({
  stage,
  calls: Object.fromEntries(
    Object.entries(calls).map(([operation, each]) => [
      operation.split('.')[1] ?? operation,
      thousandth(each),
    ]),
  ),
}));
const notes = [
  'Run may take 3 calls and deliver 2, and each 2 for a batch, which are the ReceiveMessage and DeleteMessageBatch of its poller: 3 + 2/10 where batches have ten.',
  'A write unit is 1 KiB, a read unit 4 KiB read consistently; input and result are small, as those of most tasks.',
  '`test/pipeline/aws-calls.test.ts` holds the same on the local stack: more calls, or more units, and it fails.',
];
tell(benchResult('aws-calls', rows, notes, { operations }), jsonFile);
