/**
 * Loaded into every process that runs tasks, ahead of the product's own code (`NODE_OPTIONS=--import`). It tells the
 * watch of each run before the work begins and after it has ended, and waits both times until the watch has noted
 * it. So what the watch sees of a run is never shorter than the run, and no overlap can escape it. The end of a
 * process that is killed is told by the kernel, which closes its connection.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import type { FromProcess, ToProcess } from '../lambda/run/process-protocol.ts';
import { NOTED, WATCH_PORT_VARIABLE, type WitnessLine } from './work-protocol.ts';

const port = process.env[WATCH_PORT_VARIABLE];
if (port !== undefined && process.send !== undefined && isMainThread) await bearWitness(Number(port));

async function bearWitness(watchPort: number): Promise<void> {
  const watch = connect(watchPort, '127.0.0.1').setNoDelay(true).setEncoding('utf8');
  // Without its watch no work may go on: nobody would see it.
  watch.on('error', () => process.exit(1)).on('close', () => process.exit(1));
  await once(watch, 'connect');
  watch.unref();

  const waiting: (() => void)[] = [];
  watch.on('data', (notes: string) => {
    for (let count = notes.length / NOTED.length; count > 0; count -= 1) waiting.shift()?.();
  });
  const write = (line: WitnessLine) => watch.write(`${JSON.stringify(line)}\n`);
  const told = (line: WitnessLine) =>
    new Promise<void>((noted) => {
      waiting.push(noted);
      write(line);
    });
  write({ say: 'hello', pid: process.pid });

  // What the stage asks for reaches the work only once it is noted; later messages stay behind it.
  const emit = process.emit.bind(process) as (event: string, ...args: unknown[]) => boolean;
  let before = Promise.resolve();
  process.emit = ((event: string, ...args: unknown[]) => {
    if (event !== 'message') return emit(event, ...args);
    const message = args[0] as ToProcess;
    before = before.then(async () => {
      if (message.kind === 'run') {
        await told({ say: 'begin', taskId: message.job.taskId, run: message.job.run });
      }
      emit(event, ...args);
    });
    return true;
  }) as typeof process.emit;

  const send = process.send?.bind(process) as (message: unknown, sent?: () => void) => boolean;
  process.send = ((message: FromProcess, sent?: () => void) => {
    if (message.kind === 'end') void told({ say: 'end' }).then(() => send(message, sent));
    else send(message, sent);
    return true;
  }) as NonNullable<typeof process.send>;
}
