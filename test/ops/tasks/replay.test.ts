import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliveringTask } from '../../support/entries.ts';
import { ops, opsReport } from '../../support/ops.ts';
import { type OperatedStack, startOperatedStack } from '../operated-stack.ts';

let stack: OperatedStack;
beforeEach(async () => {
  stack = await startOperatedStack();
});
afterEach(() => stack.stop());

const replay = (...args: string[]) => ops(['tasks', 'replay', ...args, '--state', stack.state]);
const read = (taskId: string) => stack.ledger.ledger.read(taskId);

describe('tasks replay', () => {
  it('sends settled callbacks once more, in a new life with a new deadline', async () => {
    const dead = await stack.dead();
    const delivered = await stack.put(deliveringTask({ state: 'delivered', attempt_count: 1 }));
    const beforeMs = Date.now();

    const { exitCode, out } = await replay(dead.task_id, delivered.task_id);

    expect(exitCode).toBe(0);
    expect(out).toContain('Replayed 2 callbacks.');
    for (const { task_id, generation, attempt_count } of [dead, delivered]) {
      const entry = await read(task_id);
      expect(entry).toMatchObject({
        state: 'delivering',
        generation: generation + 1,
        schedule_base: attempt_count,
      });
      // The stack's deadline: 3 days.
      expect(entry?.deliver_by_ms).toBeGreaterThanOrEqual(beforeMs + 259_200_000);
      expect(entry?.deliver_by_ms).toBeLessThanOrEqual(Date.now() + 259_200_000);
    }
    const messages = await stack.callbacks.bodies();
    expect(messages).toHaveLength(2);
    expect(messages).toEqual(
      expect.arrayContaining([
        { v: 1, task_id: dead.task_id, generation: 2 },
        { v: 1, task_id: delivered.task_id, generation: 1 },
      ]),
    );
  });

  it('puts a timer first, which sends the callback should the rest be cut off', async () => {
    const { task_id } = await stack.dead();

    await replay(task_id);

    const timers = (await stack.ledger.items()).filter(({ pk }) => String(pk).startsWith('timer#'));
    expect(timers).toMatchObject([{ task_id, generation: 2, queue: 'callbacks', group: 'receiver.example' }]);
  });

  it('takes of the dead those that a filter names, and counts them first if asked to', async () => {
    const gone = await stack.dead({ dead_reason: 'gone' });
    const late = await stack.dead();

    const dry = await replay('--reason', 'gone', '--dry-run');
    expect(dry.out).toBe(
      [
        'HOST              TASK   REASON  COUNT',
        'receiver.example  sleep  gone        1',
        '',
        'Would replay 1 callback with reason gone.',
      ].join('\n'),
    );
    expect(await read(gone.task_id)).toMatchObject({ state: 'dead' });

    expect((await replay('--reason', 'gone')).out).toContain('Replayed 1 callback with reason gone.');
    expect(await read(gone.task_id)).toMatchObject({ state: 'delivering', generation: 2 });
    expect(await read(late.task_id)).toMatchObject({ state: 'dead', generation: 1 });
  });

  it('makes the letter fall silent: a redrive removes it', async () => {
    const { task_id } = await stack.dead();
    await replay(task_id);

    const { out } = await ops(['dlq', 'redrive', '--yes', '--state', stack.state]);

    expect(out).toContain('Redrove 0 dead letters; looked at 1.\n  1 removed: settled since');
  });

  it('of every dead callback is asked for first', async () => {
    await stack.dead();
    await stack.dead();

    const nobody = await replay();
    expect(nobody.exitCode).toBe(1);
    expect(nobody.err).toContain('Nobody is here to confirm it, so nothing was changed.');
    expect(await stack.callbacks.bodies()).toEqual([]);

    expect((await replay('--yes')).out).toContain('Replayed 2 callbacks.');
    const report = await opsReport<object>('tasks', 'replay', '--yes', '--state', stack.state);
    expect(report).toEqual({ dry_run: false, replayed: 0, refused: [], counts: [], complete: true });
  });

  it('says which tasks have no settled callback, and replays the others', async () => {
    const dead = await stack.dead();
    const delivering = await stack.put(deliveringTask());
    const unknown = '00000000-0000-4000-8000-000000000000';

    const { exitCode, out, err } = await replay(dead.task_id, delivering.task_id, unknown);

    expect(exitCode).toBe(1);
    expect(out).toContain('Replayed 1 callback.\n  2 have no settled callback');
    expect(err).toBe(
      `Not replayed: ${unknown}, ${delivering.task_id}. Only a task that is delivered or dead has a callback to send again; tasks show tells how one stands.`,
    );
  });

  it.each([
    [['42'], "42 is no task's id"],
    [
      ['00000000-0000-4000-8000-000000000000', '--host', 'a.example'],
      'tasks replay takes either ids or filters',
    ],
    [['--reason', 'settled'], '--reason is settled; there are: deadline-passed, gone, url-refused.'],
    [['--rate', '0'], '--rate is 0; it must be a whole number from 1 to 1000. Example: --rate 100'],
  ])('does not understand %j', async (args, message) => {
    const result = await replay(...args);

    expect(result).toMatchObject({ exitCode: 2, out: '' });
    expect(result.err).toContain(message);
  });
});
