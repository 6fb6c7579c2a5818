import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeEndpoints } from '../../../local/endpoints-file.ts';
import { acceptedTask, deliveringTask } from '../../support/entries.ts';
import { ops, opsReport } from '../../support/ops.ts';
import { eventually } from '../../support/pipeline.ts';
import { messageFor, type OperatedStack, startOperatedStack } from '../operated-stack.ts';
import { startFaultySqs } from './faulty-sqs.ts';

interface Report {
  readonly looked_at: number;
  readonly redriven: number;
  readonly to_tasks_queue: number;
  readonly to_callbacks_queue: number;
  readonly removed_settled: number;
  readonly left: number;
  readonly died_again: number;
}

let stack: OperatedStack;
beforeEach(async () => {
  stack = await startOperatedStack();
});
afterEach(() => stack.stop());

const redrive = (...args: string[]) => ops(['dlq', 'redrive', ...args, '--state', stack.state]);
const report = (...args: string[]) =>
  opsReport<Report>('dlq', 'redrive', '--yes', ...args, '--state', stack.state);

/** Tasks that a letter in the queue names, or the body of one that names none. */
async function lettersLeft({ state } = stack): Promise<string[]> {
  const { letters } = await opsReport<{ letters: { task_id?: string; reason: string }[] }>(
    ...(['dlq', 'list', '--limit', '0', '--state', state] as const),
  );
  return letters.map(({ task_id, reason }) => task_id ?? reason).sort();
}

/** Ids in the messages of a queue; its messages stay. */
async function queued(queue: 'tasks' | 'callbacks', on = stack): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const bodies = (await on[queue].bodies()) as { task_id: string }[];
    if (bodies.length === 0) return ids.sort();
    ids.push(...bodies.map(({ task_id }) => task_id));
  }
}

describe('dlq redrive', () => {
  it('sends the letter of a dead callback to the callbacks queue, its generation as it is', async () => {
    const { task_id } = await stack.dead();

    const { exitCode, out } = await redrive('--yes');

    expect(exitCode).toBe(0);
    expect(out).toBe(
      [
        'HOST              TASK   REASON           COUNT',
        'receiver.example  sleep  deadline-passed      1',
        '',
        'Redrove 1 dead letter; looked at 1.',
      ].join('\n'),
    );
    expect(await stack.callbacks.bodies()).toEqual([{ v: 1, task_id, generation: 1 }]);
    expect(await lettersLeft()).toEqual([]);
  });

  it('sends each letter where its task belongs, removes the settled, and leaves what it cannot help', async () => {
    const dead = await stack.dead();
    const accepted = await stack.put(acceptedTask());
    const running = await stack.put(acceptedTask({ state: 'running', lease_expires_at_ms: 1 }));
    const delivering = await stack.put(deliveringTask({ next_attempt_at_ms: 1_764_000_300_000 }));
    const dying = await stack.put(deliveringTask());
    const delivered = await stack.put(deliveringTask({ state: 'delivered' }));
    const expired = acceptedTask();
    for (const entry of [accepted, running, delivering, delivered, expired]) {
      await stack.letter(messageFor(entry));
    }
    await stack.letter(messageFor(dying, 1));
    await stack.letter('{"v":2}');

    expect(await report()).toMatchObject({
      looked_at: 8,
      redriven: 4,
      to_tasks_queue: 2,
      to_callbacks_queue: 2,
      removed_settled: 1,
      left: 3,
    });

    expect(await queued('tasks')).toEqual([accepted.task_id, running.task_id].sort());
    expect(await queued('callbacks')).toEqual([dead.task_id, delivering.task_id].sort());
    expect(await lettersLeft()).toEqual([dying.task_id, expired.task_id, 'malformed'].sort());
  });

  it('sends what the filter names, and puts the others back at once', async () => {
    const chosen = await stack.dead({ callback_url: 'https://well.example/hook' });
    const others = [];
    for (let count = 0; count < 12; count += 1) others.push((await stack.dead()).task_id);

    expect((await redrive('--host', 'well.example')).exitCode).toBe(0);

    expect(await queued('callbacks')).toEqual([chosen.task_id]);
    expect(await lettersLeft()).toEqual(others.sort());
  });

  it('counts in a dry run, and changes nothing', async () => {
    await stack.dead();
    await stack.dead();

    const { exitCode, out } = await redrive('--dry-run');

    expect(exitCode).toBe(0);
    expect(out).toContain('receiver.example  sleep  deadline-passed      2');
    expect(out).toContain('Would redrive 2 dead letters; looked at 2.');
    expect(await queued('callbacks')).toEqual([]);
    expect(await lettersLeft()).toHaveLength(2);
  });

  it('asks before it redrives everything, and does nothing where nobody is there to answer', async () => {
    await stack.dead();

    const nobody = await redrive();
    expect(nobody).toMatchObject({ exitCode: 1, out: '' });
    expect(nobody.err).toBe(
      `Every dead letter of the local stack in ${stack.state}, about 1, is sent again, to hosts that are well and to those that are not. Nobody is here to confirm it, so nothing was changed. Give --yes to go on, or --dry-run to see what would be done.`,
    );
    const no = await ops(['dlq', 'redrive', '--state', stack.state], false);
    expect(no).toMatchObject({ exitCode: 1, err: 'Nothing was changed.' });
    expect(await lettersLeft()).toHaveLength(1);
    // So many at most is not everything: one letter may be tried first.
    expect(await redrive('--limit', '1')).toMatchObject({ exitCode: 0, asked: [] });
  });

  it('leaves a callback that dies once more meanwhile: it must not go round and round', async () => {
    const first = await stack.dead();
    for (let count = 0; count < 10; count += 1) await stack.dead();

    // The eleventh waits a second for its turn.
    const redriving = report('--rate', '10');
    await eventually(async () => expect(await stack.callbacks.bodies()).toHaveLength(10));
    const { ledger } = stack.ledger;
    const revived = await ledger.revive(first, {
      owedSinceMs: 1_764_040_800_000,
      deliverByMs: 1_764_300_000_000,
      expiresAt: 1_800_000_000,
    });
    if (revived === undefined) throw new Error('the callback was not revived');
    await ledger.recordDead(revived, undefined, { reason: 'gone', atMs: 1_764_300_000_001 });
    await stack.letter(messageFor(first, 2));

    expect(await redriving).toMatchObject({ redriven: 11, died_again: 1, left: 0 });
    expect(await lettersLeft()).toEqual([first.task_id]);
  });

  it('keeps to its rate', async () => {
    for (let count = 0; count < 30; count += 1) await stack.dead();

    const startedMs = performance.now();
    await report('--rate', '20');

    // Ten at once, the next ten half a second later, and again.
    expect(performance.now() - startedMs).toBeGreaterThan(1_000);
    expect(await queued('callbacks')).toHaveLength(30);
  });

  it('ends cleanly at Ctrl-C, tells how far it came, and lets go of the rest', async () => {
    for (let count = 0; count < 25; count += 1) await stack.dead();
    const interruption = new AbortController();
    setTimeout(() => interruption.abort(), 700);

    const { exitCode, out, err } = await ops(
      ['dlq', 'redrive', '--yes', '--rate', '5', '--state', stack.state],
      undefined,
      interruption.signal,
    );

    expect(exitCode).toBe(1);
    expect(err).toBe('Interrupted. What is not redriven is back in the queue; the same command goes on.');
    const sent = await queued('callbacks');
    expect(out).toContain(`Redrove ${sent.length} dead letters`);
    // Of what waits for its turn nothing is sent any more.
    expect(sent).toHaveLength(10);
    expect(await lettersLeft()).toHaveLength(25 - sent.length);
  });
});

describe('a redrive whose connection breaks', () => {
  it.concurrent.each([
    ['ReceiveMessage', 'before'],
    ['ReceiveMessage', 'after'],
    ['SendMessageBatch', 'before'],
    ['SendMessageBatch', 'after'],
    ['DeleteMessageBatch', 'before'],
    ['DeleteMessageBatch', 'after'],
  ] as const)('at %s, %s it is done, loses nothing, and the next one goes on', async (action, when) => {
    const broken = await startOperatedStack();
    const ids: string[] = [];
    for (let count = 0; count < 15; count += 1) ids.push((await broken.dead()).task_id);
    const faulty = await startFaultySqs(broken.engines.sqs.endpoint, action, when);
    const through = (url: string | undefined) =>
      url?.replace(broken.engines.sqs.endpoint, faulty.endpoint) ?? '';
    const { queueUrls } = broken.pipeline;
    writeEndpoints(broken.state, {
      engines: { ...broken.endpoints.engines, sqs: faulty.endpoint },
      pipelines: [
        {
          ...broken.pipeline,
          queueUrls: {
            tasks: through(queueUrls.tasks),
            callbacks: through(queueUrls.callbacks),
            'dead-letters': through(queueUrls['dead-letters']),
          },
        },
      ],
    });

    expect((await ops(['dlq', 'redrive', '--yes', '--state', broken.state])).exitCode).toBe(1);
    expect(faulty.faults()).toBeGreaterThan(0);
    await faulty.stop();
    writeEndpoints(broken.state, broken.endpoints);

    // What was received and never arrived here comes back by itself.
    if (action === 'ReceiveMessage') await new Promise((resolve) => setTimeout(resolve, 2_200));
    const left = await lettersLeft(broken);
    expect((await ops(['dlq', 'redrive', '--yes', '--state', broken.state])).exitCode).toBe(0);
    const sent = await queued('callbacks', broken);
    expect([...new Set(sent)]).toEqual(ids.sort());
    expect(await lettersLeft(broken)).toEqual([]);
    if (action !== 'DeleteMessageBatch' || when === 'before') expect(left).toEqual(ids);
    await broken.stop();
  });
});
