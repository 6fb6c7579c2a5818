/**
 * Program: what a callback costs deliver's processor, with its read and its write of the ledger, against a loop that
 * does nothing but POST the same over kept connections. The two take turns. Then deliver is profiled.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleInto } from '../../lib/bundle-into.ts';
import { benchOptions, benchResult, type Row, tell } from '../result.ts';
import { median, spread } from '../statistics.ts';
import { startStubEngine } from '../stub-engine/start.ts';
import { startBare, startCalls, startDeliver, startReceiver } from './processes.ts';
import { type Share, sharesOf } from './profile.ts';
import { TRIED } from './tried.ts';

const ROUNDS = 15;
const BATCHES = 100;
/** A POST is so much less than a callback that a round of it needs more of them. */
const BARE_BATCHES = 4 * BATCHES;
/** Until the code has been compiled. */
const WARM_UP_BATCHES = 300;

const { isQuick, jsonFile } = benchOptions(process.argv.slice(2));
const rounds = isQuick ? 5 : ROUNDS;

const folder = mkdtempSync(join(tmpdir(), 'deliver-cpu-'));
const sourceFolder = resolve(import.meta.dirname, '../../lambda/deliver');
await bundleInto(folder, { sourceFolder, besides: [], withNotes: true });
const bundle = join(folder, 'index.js');
const stub = await startStubEngine();
const receiver = await startReceiver();
await stub.seed({ tasks: 1_000_000, callbackUrl: `${receiver.url}/hook` });

const deliverUs: number[] = [];
const bareUs: number[] = [];
const callUs: number[] = [];
const deliver = startDeliver(bundle, stub, []);
await deliver.post(WARM_UP_BATCHES);
const bare = startBare(receiver);
await bare.post(4 * WARM_UP_BATCHES);
const calls = startCalls(stub);
await calls.post(WARM_UP_BATCHES);
for (let round = 0; round < rounds; round += 1) {
  deliverUs.push(await deliver.post(BATCHES));
  bareUs.push(await bare.post(BARE_BATCHES));
  callUs.push(await calls.post(BATCHES));
  process.stderr.write(`\rdeliver's processor: ${round + 1} of ${rounds} rounds`);
}
process.stderr.write('\n');
await Promise.all([deliver.stop(), bare.stop(), calls.stop()]);
const profile = await profiled();
receiver.stop();
await stub.stop();
rmSync(folder, { recursive: true, force: true });

async function profiled(): Promise<Share[]> {
  const options = ['--cpu-prof', '--cpu-prof-interval', '250', '--cpu-prof-dir', folder];
  const poster = startDeliver(bundle, stub, options);
  await poster.post(isQuick ? WARM_UP_BATCHES : 4 * WARM_UP_BATCHES);
  await poster.stop();
  return sharesOf(bundle, folder);
}

const ratio = Number((median(deliverUs) / median(bareUs)).toFixed(1));
const row: Row = {
  target: 'deliver: CPU per callback, of a bare node:http POST loop',
  figure: ratio,
  unit: '×',
  comparison: 'at most',
  limit: 2.5,
  spread: `${spread(deliverUs, 0)} µs of ${spread(bareUs, 0)} µs`,
};
const told = profile.filter(({ share }) => share >= 0.005);
const notes = [
  `${rounds} rounds of each in turn; medians ${Math.round(median(deliverUs))} µs and ${Math.round(median(bareUs))} µs of a processor for each callback: the whole process, ten callbacks under way.`,
  "Deliver's figure holds a POST, one UpdateItem and a tenth of a BatchGetItem, two signatures of the callback and a log line.",
  `The ledger's one write of a callback, by the SDK alone, costs ${Math.round(median(callUs))} µs: ${(median(callUs) / median(bareUs)).toFixed(1)} × a bare POST (half of the rounds: ${spread(callUs, 0)}).`,
  `Where deliver's time goes: ${told.map(({ group, share }) => `${group} ${(share * 100).toFixed(1)} %`).join('; ')}.`,
  ...TRIED,
];
tell(
  benchResult('deliver-cpu', [row], notes, {
    deliverUs: Math.round(median(deliverUs)),
    bareUs: Math.round(median(bareUs)),
    callUs: Math.round(median(callUs)),
    profile: told,
  }),
  jsonFile,
);
