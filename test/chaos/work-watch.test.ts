import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WATCH_PORT_VARIABLE, type WitnessLine } from '../../chaos/work-protocol.ts';
import { WorkWatch } from '../../chaos/work-watch.ts';
import { eventually } from '../support/pipeline.ts';

const TASK = '7f9c24e8-3b12-4fef-91e0-56a2d5a1b2c3';

let watch: WorkWatch;
let told: Set<string>;
let violations: string[];
const sockets: Socket[] = [];

beforeEach(async () => {
  told = new Set();
  violations = [];
  watch = await WorkWatch.start({
    isTold: (taskId) => told.has(taskId),
    onViolation: (what) => violations.push(what),
  });
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  watch.stop();
});

/** A process that works, as the watch sees it. */
async function worker() {
  const socket = connect(Number(watch.variables[WATCH_PORT_VARIABLE]), '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  const say = async (line: WitnessLine) => {
    socket.write(`${JSON.stringify(line)}\n`);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toBe('noted\n');
  };
  return {
    begin: (run: number) => say({ say: 'begin', taskId: TASK, run }),
    end: () => say({ say: 'end' }),
    die: () => socket.resetAndDestroy(),
  };
}

describe('the watch over the work', () => {
  it('sees nothing wrong in one run after the other', async () => {
    const [first, second] = [await worker(), await worker()];
    await first.begin(1);
    await first.end();
    await second.begin(2);
    expect(watch).toMatchObject({ runs: 2, overlaps: 0, lateRuns: 0 });
    expect(violations).toEqual([]);
  });

  it('sees two runs of a task that overlap', async () => {
    const [first, second] = [await worker(), await worker()];
    await first.begin(1);
    await second.begin(2);
    expect(watch.overlaps).toBe(1);
    expect(violations).toEqual([`run 2 of task ${TASK} began while run 1 went on`]);
  });

  it('takes the end of a process for the end of its run', async () => {
    const [first, second] = [await worker(), await worker()];
    await first.begin(1);
    first.die();
    await eventually(async () => {
      await second.begin(2);
      await second.end();
      const { overlaps } = watch;
      await second.begin(3);
      expect(watch.overlaps).toBe(overlaps);
    });
  });

  it('sees a run that begins when its outcome has been told', async () => {
    told.add(TASK);
    await (await worker()).begin(2);
    expect(watch.lateRuns).toBe(1);
    expect(violations).toEqual([`run 2 of task ${TASK} began after its callback had been sent`]);
  });
});
