import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acceptedTask, deliveringTask } from '../../support/entries.ts';
import { ops, opsReport } from '../../support/ops.ts';
import { type OperatedStack, startOperatedStack } from '../operated-stack.ts';

let stack: OperatedStack;
beforeEach(async () => {
  stack = await startOperatedStack();
});
afterEach(() => stack.stop());

const requeue = (...args: string[]) => ops(['tasks', 'requeue', ...args, '--state', stack.state]);
const ids = (bodies: readonly unknown[]) =>
  bodies.map((body) => (body as { task_id: string }).task_id).sort();

describe('tasks requeue', () => {
  it('sends what nobody drives to the queue that its state calls for', async () => {
    const accepted = await stack.put(acceptedTask());
    const running = await stack.put(
      acceptedTask({ state: 'running', runs: 1, lease_expires_at_ms: 1_764_000_075_000 }),
    );
    const delivering = await stack.put(deliveringTask({ generation: 3 }));

    const { exitCode, out } = await requeue();

    expect(exitCode).toBe(0);
    expect(out).toContain('Requeued 3 stuck tasks.');
    expect(ids(await stack.tasks.bodies())).toEqual([accepted.task_id, running.task_id].sort());
    expect(await stack.callbacks.bodies()).toEqual([{ v: 1, task_id: delivering.task_id, generation: 3 }]);
  });

  it('leaves alone what waits, runs, is settled, or was due a moment ago', async () => {
    const nowMs = Date.now();
    await stack.put(acceptedTask({ not_before_ms: nowMs - 60_000 }));
    await stack.put(acceptedTask({ external_until_ms: nowMs + 60_000 }));
    await stack.put(acceptedTask({ state: 'running', lease_expires_at_ms: nowMs + 10_000 }));
    await stack.put(deliveringTask({ next_attempt_at_ms: nowMs + 3_600_000 }));
    await stack.put(deliveringTask({ state: 'delivered' }));
    await stack.dead();

    expect((await requeue()).out).toBe('Requeued 0 stuck tasks.');
    expect((await requeue('--older-than', '30s')).out).toContain('Requeued 1 stuck task.');
  });

  it('leaves alone what was answered with 503: its client was asked to send it again', async () => {
    await stack.put(acceptedTask({ unsent: true }));
    const sentAfterAll = await stack.put(acceptedTask({ unsent: true, runs: 1 }));
    const sentAgain = await stack.put(acceptedTask({ unsent: false }));

    expect((await requeue()).out).toContain('Requeued 2 stuck tasks.');
    expect(ids(await stack.tasks.bodies())).toEqual([sentAfterAll.task_id, sentAgain.task_id].sort());
  });

  it('leaves alone a callback that is held back: its timer still stands', async () => {
    const { task_id } = await stack.put(deliveringTask());
    const timer = { queue: 'callbacks', task_id, generation: 0, group: 'receiver.example' } as const;
    await stack.ledger.ledger.putTimer({ ...timer, at_ms: Date.now() + 3_600_000 });

    expect((await requeue()).out).toBe('Requeued 0 stuck tasks.\n  1 left: a timer still stands for them');
    expect(await stack.callbacks.bodies()).toEqual([]);
  });

  it('sends a callback that a shortened deadline has parked for weeks', async () => {
    const { task_id } = await stack.put(deliveringTask({ deliver_by_ms: Date.now() + 2_592_000_000 }));
    const timer = { queue: 'callbacks', task_id, generation: 0, group: 'receiver.example' } as const;
    await stack.ledger.ledger.putTimer({ ...timer, at_ms: Date.now() + 1_814_400_000 });

    expect((await requeue()).out).toContain('Requeued 1 stuck task.');
    expect(await stack.callbacks.bodies()).toEqual([{ v: 1, task_id, generation: 0 }]);
  });

  it('leaves alone what is in a state that it does not know, and reports it', async () => {
    await stack.put(acceptedTask({ state: 'paused' as 'accepted' }));

    expect((await requeue()).out).toBe(
      'Requeued 0 stuck tasks.\n  1 left: this version does not know their state; tasks list shows it',
    );
    expect(await stack.tasks.bodies()).toEqual([]);
  });

  it('counts in a dry run, and sends nothing', async () => {
    await stack.put(acceptedTask());
    await stack.put(acceptedTask({ task_name: 'generate-report' }));

    const report = await opsReport<object>(
      ...(['tasks', 'requeue', '--dry-run', '--task', 'sleep', '--state', stack.state] as const),
    );

    expect(report).toEqual({
      dry_run: true,
      requeued: 1,
      waiting_for_their_timer: 0,
      in_unknown_state: 0,
      failed: 0,
      counts: [{ host: 'receiver.example', task_name: 'sleep', reason: 'accepted', count: 1 }],
      complete: true,
    });
    expect(await stack.tasks.bodies()).toEqual([]);
  });

  it.each([
    [['--older-than', 'long'], '--older-than is long; it must be a whole number with a unit s, m, h or d'],
    [['--reason', 'gone'], 'tasks requeue takes no --reason, but --older-than, --host'],
    [['00000000-0000-4000-8000-000000000000'], 'tasks requeue takes no ids, but was given 00000000'],
  ])('does not understand %j', async (args, message) => {
    const result = await requeue(...args);

    expect(result).toMatchObject({ exitCode: 2, out: '' });
    expect(result.err).toContain(message);
  });
});
