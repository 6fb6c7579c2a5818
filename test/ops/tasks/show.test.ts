import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acceptedTask, deliveringTask } from '../../support/entries.ts';
import { ops, opsReport } from '../../support/ops.ts';
import { type OperatedStack, startOperatedStack } from '../operated-stack.ts';

let stack: OperatedStack;
beforeEach(async () => {
  stack = await startOperatedStack();
});
afterEach(() => stack.stop());

const show = (...ids: string[]) => ops(['tasks', 'show', ...ids, '--state', stack.state]);

describe('tasks show', () => {
  it('tells of a failed task the kind of error, not its message', async () => {
    const { task_id } = await stack.put(
      deliveringTask({
        outcome: {
          status: 'failed',
          completed_at_ms: 1_764_000_005_000,
          error: { type: 'RangeError', message: 'row 7 of private.csv' },
        },
        attempt_count: 1,
        attempts: [
          { attempt: 1, at_ms: 1_764_000_005_100, duration_ms: 3, error_class: 'connection-refused' },
        ],
        next_attempt_at_ms: 1_764_000_010_000,
      }),
    );

    const { exitCode, out } = await show(task_id);

    expect(exitCode).toBe(0);
    expect(out).toBe(
      [
        `task           ${task_id}`,
        'name           sleep',
        'client         arn:aws:iam::123456789012:user/alice',
        'state          delivering',
        'accepted       2025-11-24T16:00:00.000Z',
        'runs           1',
        'outcome        failed at 2025-11-24T16:00:05.000Z (RangeError)',
        'callback       https://receiver.example, format task',
        'generation     0',
        'attempts       1',
        'next attempt   2025-11-24T16:00:10.000Z',
        'deadline       2025-11-27T16:00:05.000Z',
        '',
        'ATTEMPT  AT                        CAME TO             TOOK',
        '      1  2025-11-24T16:00:05.100Z  connection-refused  3 ms',
      ].join('\n'),
    );
    const json = JSON.stringify(await opsReport<object>('tasks', 'show', task_id, '--state', stack.state));
    expect(`${out}${json}`).not.toMatch(/private|\/hook/);
  });

  it('tells what a task waits for that is done elsewhere and owes no callback', async () => {
    const { callback_url: _, ...withoutCallback } = acceptedTask({ external_until_ms: 1_764_086_400_000 });
    const { task_id } = await stack.put(withoutCallback);

    const { out } = await show(task_id.toUpperCase());

    expect(out).toContain('awaited until  2025-11-25T16:00:00.000Z');
    expect(out).toContain('callback       none is owed');
    expect(out).not.toContain('generation');
  });

  it.each([
    [[], 2, 'Which task? Give its id, as tasks list shows it.'],
    [['first', 'second'], 2, 'tasks show takes one id, but was given first and second.'],
    [['https://x/api/tasks/1'], 2, "https://x/api/tasks/1 is no task's id; one is a UUID"],
    [
      ['00000000-0000-4000-8000-000000000000'],
      1,
      'has no task 00000000-0000-4000-8000-000000000000: never accepted here, or settled and expired since.',
    ],
  ])('does not show %j', async (ids, exitCode, message) => {
    const result = await show(...ids);

    expect(result).toMatchObject({ exitCode, out: '' });
    expect(result.err).toContain(message);
  });
});
