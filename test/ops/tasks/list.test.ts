import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acceptedTask, deliveringTask } from '../../support/entries.ts';
import { ops, opsReport } from '../../support/ops.ts';
import { type OperatedStack, startOperatedStack } from '../operated-stack.ts';

let stack: OperatedStack;
beforeEach(async () => {
  stack = await startOperatedStack();
});
afterEach(async () => {
  vi.useRealTimers();
  await stack.stop();
});

async function found(...args: string[]): Promise<string[]> {
  const { tasks } = await opsReport<{ tasks: { task_id: string }[] }>(
    ...(['tasks', 'list', ...args, '--state', stack.state] as const),
  );
  return tasks.map(({ task_id }) => task_id).sort();
}

describe('tasks list', () => {
  it('shows people the tasks, the longest there first', async () => {
    vi.useFakeTimers({ now: new Date('2025-11-27T16:00:36.000Z'), toFake: ['Date'] });
    const accepted = await stack.put(acceptedTask());
    const dead = await stack.dead();

    const { exitCode, out } = await ops(['tasks', 'list', '--state', stack.state]);

    expect(exitCode).toBe(0);
    expect(out).toBe(
      [
        'TASK ID                               STATE     AGE  TASK   HOST              TRIES',
        `${accepted.task_id}  accepted   3d  sleep  receiver.example      0`,
        `${dead.task_id}  dead      30s  sleep  receiver.example      3`,
        '',
        'HOST              TASK   REASON           COUNT',
        'receiver.example  sleep  -                    1',
        'receiver.example  sleep  deadline-passed      1',
        '',
        `2 tasks in the local stack in ${stack.state}.`,
      ].join('\n'),
    );
  });

  it('shows tasks in a state that it does not know', async () => {
    const paused = await stack.put(acceptedTask({ state: 'paused' as 'accepted' }));

    expect(await found()).toEqual([paused.task_id]);
    expect(await found('--status', 'accepted')).toEqual([]);
    expect((await ops(['tasks', 'list', '--state', stack.state])).out).toContain(
      `${paused.task_id}  paused `,
    );
  });

  it('finds by state and filter, and nothing of what they hold', async () => {
    const accepted = await stack.put(acceptedTask({ input: { json: '"private"' } }));
    const delivering = await stack.put(deliveringTask({ callback_url: 'https://slow.example/hook' }));
    const delivered = await stack.put(deliveringTask({ state: 'delivered', task_name: 'generate-report' }));
    const gone = await stack.dead({ dead_reason: 'gone' });
    const late = await stack.dead();
    const all = [accepted, delivering, delivered, gone, late].map(({ task_id }) => task_id);

    expect(await found()).toEqual(all.sort());
    expect(await found('--status', 'accepted')).toEqual([accepted.task_id]);
    expect(await found('--status', 'delivering', '--host', 'slow.example')).toEqual([delivering.task_id]);
    expect(await found('--task', 'generate-report')).toEqual([delivered.task_id]);
    expect(await found('--status', 'dead')).toEqual([gone.task_id, late.task_id].sort());
    expect(await found('--reason', 'gone')).toEqual([gone.task_id]);
    const json = await opsReport<object>('tasks', 'list', '--state', stack.state);
    expect(JSON.stringify(json)).not.toMatch(/private|\/hook|slept_seconds/);
  });

  it('shows as many as it is asked for, and tells that there are more', async () => {
    for (let count = 0; count < 12; count += 1) await stack.put(acceptedTask());

    const { out } = await ops(['tasks', 'list', '--limit', '10', '--state', stack.state]);

    expect(out).toContain(`10 tasks in the local stack in ${stack.state}, and more; --limit 0 shows all.`);
    expect(await found('--limit', '0')).toHaveLength(12);
  });

  it.each([
    [
      ['--status', 'asleep'],
      '--status is asleep; there are: accepted, running, delivering, delivered, completed, dead.',
    ],
    [
      ['--status', 'running', '--reason', 'gone'],
      '--reason tells why tasks are dead; with --status running it finds none.',
    ],
    [
      ['--limit', 'all'],
      '--limit is all; it must be a whole number from 0 to 999999999. Example: --limit 100',
    ],
    [
      ['--state', 'dead'],
      'No local stack runs with its state in dead. Which tasks is told by --status dead.',
    ],
  ])('does not understand %j', async (args, message) => {
    const given = args[0] === '--state' ? args : [...args, '--state', stack.state];

    expect(await ops(['tasks', 'list', ...given])).toEqual({ exitCode: 2, out: '', err: message, asked: [] });
  });
});
