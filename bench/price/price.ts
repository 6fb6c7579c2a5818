/**
 * Program: what a million tasks cost, item by item. The shipped bundles do each stage's work at a stub engine that
 * counts the calls and the units, and at a receiver, both as far away as they would be on AWS.
 */
import { PRICES_OF, QSTASH_MESSAGE } from '../prices.ts';
import { benchOptions, benchResult, tell } from '../result.ts';
import { LATENCY } from '../scale/assumptions.ts';
import { median } from '../statistics.ts';
import { startStubEngine } from '../stub-engine/start.ts';
import { rowsOf, TARGETS } from '../targets.ts';
import { farAway, RECEIVER_MS, receiver } from './far-away.ts';
import { FULL, measureStages } from './measure-stages.ts';
import { pricedScenarios, type Scenario } from './scenarios.ts';
import { shipped } from './shipped.ts';
import { costTable, stageTable } from './tables.ts';

const QSTASH_MILLION = QSTASH_MESSAGE * 1e6;

const { isQuick, jsonFile } = benchOptions(process.argv.slice(2));
const rounds = isQuick ? 1 : 3;
const [stub, hook] = await Promise.all([startStubEngine(), receiver()]);
const aws = await farAway(stub.url);
process.stderr.write('price: synthesizing\n');
const app = await shipped(aws.url);
const at = { shipped: app, stub, awsUrl: aws.url, callbackUrl: `${hook.url}/hook` };
const measured = [];
try {
  for (let round = 1; round <= rounds; round += 1) {
    process.stderr.write(`price: round ${round} of ${rounds}\n`);
    measured.push(await measureStages(isQuick ? 100 : 300, at));
  }
} finally {
  hook.stop();
  aws.stop();
  await stub.stop();
  app.remove();
}

const priced = measured.map((stages) => ({ stages, scenarios: pricedScenarios(stages) }));
const totalsOf = (scenario: Scenario) => priced.map(({ scenarios }) => scenarios[scenario].costs.total);
// Told in full is the round in the middle.
const middle = priced.find(({ scenarios }) => scenarios.tuned.costs.total === median(totalsOf('tuned')));

const found = (scenario: Scenario, per = 1) => {
  const figures = totalsOf(scenario).map((total) => Math.round((total / per) * 100) / 100);
  return {
    figure: median(figures),
    spread: `${Math.min(...figures)} to ${Math.max(...figures)} (all of ${rounds})`,
  };
};
const rows = rowsOf(TARGETS.price, {
  'price per million tasks, single, with runBatchSize=10 and full batches': found('tuned'),
  'price per million tasks, single, by default (runBatchSize=1), full batches': found('byDefault'),
  'price per million tasks, by batch submit, with runBatchSize=10 and full batches': found('batchTuned'),
  'price per million tasks, by batch submit, by default (runBatchSize=1), full batches':
    found('batchByDefault'),
  "price of a task, single, with runBatchSize=10 and full batches, of QStash's": found(
    'tuned',
    QSTASH_MILLION,
  ),
});
const notes = [
  `List prices of us-east-1 as of ${PRICES_OF} (bench/prices.ts), without the free tier; every request to a queue is paid as one to a fair queue. QStash, pay as you go, is $${QSTASH_MILLION} for a million messages, and runs no work.`,
  `A batch is full (${FULL}) while its queue has a backlog; in a column of half full ones it has ${FULL / 2}. Where tasks come one at a time no batch ever has two, and the last column holds whatever runBatchSize is.`,
  'By default run is asked for one task at a time: each task then pays alone for its receipt, its deletion, the message to deliver and its invocation, item by item in the table. Tried, and kept: `runBatchSize`, by which ten tasks share them. It is not the default, since tasks of a batch run one after another and each may take but its share of `runTimeout`. Most of what is left is API request, four writes and the log line, which a task has once whatever is set.',
  `Assumed: a read of DynamoDB takes ${LATENCY.ledgerReadMs} ms, a write ${LATENCY.ledgerWriteMs} ms, a call to SQS ${LATENCY.sqsCallMs} ms, a receiver ${RECEIVER_MS} ms. Each answer is kept back for so long.`,
  "Billed is what an invocation waited (that of the quickest tenth, since others use this machine's processor, too), and its CPU time (of the work's process, too) divided by the share of a vCPU that Lambda gives the function's memory: one for 1,769 MB, taken to be as fast as a core of this machine.",
  'The task is the sample generate-report on a table of three rows: input and result lie in its entry. Its own line in the log is counted.',
  'Left out: cold starts, data out (about 1 GB; the first 100 GB a month are free), storage of the ledger ($0.25 for a GB and month), polling of idle queues, alarms and metrics, all of which are paid by the month or by the process.',
];
if (middle !== undefined) {
  console.log(`\n${costTable(Object.values(middle.scenarios))}\n\n${stageTable(middle.stages)}\n`);
}
const own = middle && { scenarios: Object.values(middle.scenarios), stages: middle.stages };
tell(benchResult('price', rows, notes, { ...own }), jsonFile);
