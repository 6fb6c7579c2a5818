import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliveringTask } from '../../support/entries.ts';
import { ops, opsReport } from '../../support/ops.ts';
import { type OperatedStack, startOperatedStack } from '../operated-stack.ts';

let stack: OperatedStack;
beforeEach(async () => {
  stack = await startOperatedStack();
});
afterEach(() => stack.stop());

const show = (id: string) => ops(['dlq', 'show', id, '--state', stack.state]);

describe('dlq show', () => {
  it('tells the letter and the story of its task, and nothing of its content', async () => {
    const { task_id } = await stack.dead({
      attempts: [
        { attempt: 2, at_ms: 1_764_172_805_000, duration_ms: 15_001, error_class: 'timeout' },
        { attempt: 3, at_ms: 1_764_259_205_500, duration_ms: 12, status_code: 503 },
      ],
      last_answer: 'down\u001b[31m for "maintenance"',
    });

    const { exitCode, out } = await show(task_id);

    expect(exitCode).toBe(0);
    const [letter, ...story] = out.split('\n\n');
    expect(letter).toMatch(
      /^dead letter {4}[0-9a-f-]{36}\nsent {11}\S+Z\nof generation {2}1\nwhy {12}deadline-passed\ndlq redrive {4}sends it to the callbacks queue$/,
    );
    expect(story.join('\n\n').trim()).toBe(
      [
        `task           ${task_id}`,
        'name           sleep',
        'client         arn:aws:iam::123456789012:user/alice',
        'state          dead since 2025-11-27T16:00:06.000Z (deadline-passed)',
        'accepted       2025-11-24T16:00:00.000Z',
        'runs           1',
        'outcome        completed at 2025-11-24T16:00:05.000Z',
        'callback       https://receiver.example, format task',
        'generation     1',
        'attempts       3',
        'deadline       2025-11-27T16:00:05.000Z',
        'last answer    "down�[31m for \\"maintenance\\""',
        '',
        'ATTEMPT  AT                        CAME TO       TOOK',
        '      2  2025-11-26T16:00:05.000Z  timeout   15001 ms',
        '      3  2025-11-27T16:00:05.500Z  HTTP 503     12 ms',
      ].join('\n'),
    );
    const json = await opsReport<object>('dlq', 'show', task_id, '--state', stack.state);
    for (const secret of ['key=1', '/hook', 'slept_seconds']) {
      expect(out).not.toContain(secret);
      expect(JSON.stringify(json)).not.toContain(secret);
    }
  });

  it('says that no letter names a task that is alive', async () => {
    const { task_id } = await stack.put(deliveringTask());

    expect((await show(task_id)).out).toContain('no dead letter names this task');
  });

  it.each([
    [[], 2, 'Which task? Give its id, as dlq list shows it.'],
    [['42'], 2, "42 is no task's id; one is a UUID, as POST /api/tasks answered it"],
    [
      ['00000000-0000-4000-8000-000000000000'],
      1,
      'knows no task 00000000-0000-4000-8000-000000000000: no dead letter names it, and the ledger does not have it',
    ],
  ])('does not show %j', async (ids, exitCode, message) => {
    const result = await ops(['dlq', 'show', ...ids, '--state', stack.state]);

    expect(result).toMatchObject({ exitCode, out: '' });
    expect(result.err).toContain(message);
  });
});
