/**
 * Program: how fast 20,000 owed callbacks are worked off, and at what cost of CPU time, by deliver and by what one
 * would write with BullMQ and with pg-boss. All are owed theirs from the start and take turns at them, with the
 * machine to themselves; the endpoint is one process for all.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../local/synthesize.ts';
import { benchOptions, benchResult, tell } from '../result.ts';
import { startProcess } from './process.ts';
import { busyNote, LIKE_FOR_LIKE, partsNote, rowsOfTurns, TRIED, tableOf } from './report.ts';
import { type Missing, type Side, type Turn, takeTurn } from './side.ts';
import { bullMq, CALLBACKS_EACH, ours, oursOnStub, pgBoss, type SideRequest, WORKERS } from './sides.ts';

const { isQuick, jsonFile } = benchOptions(process.argv.slice(2));
const turns = isQuick ? 3 : 8;
const callbacksATurn = isQuick ? 150 : 2_500;
/** Not counted: until then each has loaded, connected and compiled what it needs. */
const warmUp = isQuick ? 100 : 1_000;
/** A turn of the others ends some callbacks late: those that are under way, and those not yet told of. */
const LATE = 5 * WORKERS * CALLBACKS_EACH;
const owed = warmUp + LATE + turns * (callbacksATurn + LATE);

const brokenOff = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => brokenOff.abort(new Error('broken off')));

const folder = mkdtempSync(join(tmpdir(), 'callback-completion-drain-'));
const receiver = startProcess(join(import.meta.dirname, 'receiver-process.ts'));
const sides: Side[] = [];
const missing: Missing[] = [];
const taken = new Map<string, Turn[]>();
try {
  const assembly = join(folder, 'cdk.out');
  // Deliver's event source mapping allows so many invocations at once, of ten messages each.
  const context = { allowedCallbackCidrs: '127.0.0.0/8', deliverConcurrency: String(WORKERS) };
  await synthesize({ directory: assembly, context, signal: brokenOff.signal });
  const receiverUrl = await receiver.ask<string>('listen');
  const request: SideRequest = { receiverUrl, owed, assembly, state: join(folder, 'state') };
  for (const start of [ours, bullMq, pgBoss, oursOnStub]) {
    brokenOff.signal.throwIfAborted();
    const side = await start(request);
    if ('left_out' in side) missing.push(side);
    else sides.push(side);
    process.stderr.write(`${side.name}: ${'left_out' in side ? side.left_out : `${owed} owed`}\n`);
  }
  const drained = new Map<Side, number>();
  const drain = async (side: Side, count: number) => {
    brokenOff.signal.throwIfAborted();
    const turn = await takeTurn(side, count);
    drained.set(side, (drained.get(side) ?? 0) + turn.callbacks);
    return turn;
  };
  for (const side of sides) await drain(side, warmUp);
  for (let turn = 0; turn < turns; turn += 1) {
    for (const [index] of sides.entries()) {
      const side = sides[(index + turn) % sides.length] as Side;
      const found = await drain(side, callbacksATurn);
      taken.set(side.name, [...(taken.get(side.name) ?? []), found]);
      process.stderr.write(
        `turn ${turn + 1} of ${turns}: ${side.name} ${found.perSecond.toFixed(0)} a second, ${found.cpuMsPerCallback.toFixed(2)} ms of CPU time each\n`,
      );
    }
  }
  for (const [{ name, path }, count] of drained) {
    const received = await receiver.ask<number>('received', path);
    if (received < count) throw new Error(`${name} says it delivered ${count}; ${received} were received`);
  }
} finally {
  for (const side of sides) await side.stop();
  await receiver.stop();
  rmSync(folder, { recursive: true, force: true });
}

const { text, sides: figures } = tableOf(taken);
console.log(text);
const measuredAs = `${turns} turns of ${callbacksATurn} callbacks each, of ${owed} that each side was owed; ${WORKERS} workers with ${CALLBACKS_EACH} callbacks under way each; one endpoint on this machine, which answers 200 at once.`;
const notes = [
  measuredAs,
  ...sides.map(({ name, engine }) => `${name}: ${engine}.`),
  ...partsNote(taken.get('ours') ?? []),
  ...busyNote(taken),
  ...LIKE_FOR_LIKE,
  ...TRIED,
];
tell(benchResult('drain', rowsOfTurns(taken, missing), notes, { sides: figures }), jsonFile);
