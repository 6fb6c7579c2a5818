/**
 * Program: what a callback costs deliver's processor, with its read and its write of the ledger, against a loop that
 * does nothing but POST the same over kept connections. The two take turns. Then deliver is profiled.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtFunctions } from '../built-functions.ts';
import { benchOptions, benchResult, tell } from '../result.ts';
import { median, spread } from '../statistics.ts';
import { startStubEngine } from '../stub-engine/start.ts';
import { rowsOf, TARGETS } from '../targets.ts';
import { bundleCalls } from './bundle-calls.ts';
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
await builtFunctions(folder, { local: true });
const bundle = join(folder, 'deliver', 'index.js');
const callsBundle = await bundleCalls(join(folder, 'calls'));
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
const calls = startCalls(callsBundle, stub);
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

const us = { deliver: median(deliverUs), bare: median(bareUs), call: median(callUs) };
const ofBare = (microseconds: number) => `${(microseconds / us.bare).toFixed(1)} ×`;
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const rows = rowsOf(TARGETS['deliver-cpu'], {
  'deliver: CPU per callback, of a bare node:http POST loop': {
    figure: Number((us.deliver / us.bare).toFixed(1)),
    spread: `${spread(deliverUs, 0)} µs of ${spread(bareUs, 0)} µs`,
  },
});
const told = profile.filter(({ share }) => share >= 0.005);
const notes = [
  `${rounds} rounds of each in turn; medians ${Math.round(us.deliver)} µs and ${Math.round(us.bare)} µs of a processor for each callback: the whole process, ten callbacks under way.`,
  "Deliver's figure holds a POST, one UpdateItem and a tenth of a BatchGetItem, two signatures of the callback and a log line.",
  `The ledger's one write of a callback, by the SDK alone, bundled and trimmed as deliver is, costs ${Math.round(us.call)} µs: ${ofBare(us.call)} a bare POST (half of the rounds: ${spread(callUs, 0)}), and ${percent(us.call / us.deliver)} of deliver's figure. Were it free, deliver would cost ${ofBare(us.deliver - us.call)} a bare POST.`,
  `Where deliver's time goes: ${told.map(({ group, share }) => `${group} ${percent(share)}`).join('; ')}.`,
  ...TRIED,
];
tell(
  benchResult('deliver-cpu', rows, notes, {
    deliverUs: Math.round(us.deliver),
    bareUs: Math.round(us.bare),
    callUs: Math.round(us.call),
    profile: told,
  }),
  jsonFile,
);
