import { describe, expect, it } from 'vitest';
import { LogMemory } from '../../console/log-memory.ts';

const NOW_MS = 1_764_000_000_000;
const line = (fields: object) => JSON.stringify({ level: 'INFO', ...fields });

describe('what is remembered of the log', () => {
  it('is each step of a task, with the run and why it waits', () => {
    const memory = new LogMemory(NOW_MS);
    memory.hear(
      line({ step: 'running', task_id: 'a', run: 1, timestamp: '2025-11-24T15:59:59.000Z', input: 'secret' }),
      NOW_MS,
    );
    memory.hear(
      line({ step: 'run-retry', task_id: 'a', run: 1, next_run_at: '2025-11-24T16:00:05.000Z' }),
      NOW_MS,
    );
    memory.hear(line({ step: 'waiting', task_id: 'b', reason: 'another run holds the lease' }), NOW_MS);

    expect(memory.of('a')).toEqual([
      { atMs: NOW_MS - 1_000, step: 'running', taskId: 'a', run: 1 },
      { atMs: NOW_MS, step: 'run-retry', taskId: 'a', run: 1, nextRunAt: '2025-11-24T16:00:05.000Z' },
    ]);
    expect(memory.of('b')).toMatchObject([{ reason: 'another run holds the lease' }]);
  });

  it('is what came of each attempt at a callback', () => {
    const memory = new LogMemory(NOW_MS);
    memory.hear(line({ step: 'attempt-failed', task_id: 'a', CallbackSuccess: 0 }), NOW_MS);
    memory.hear(line({ step: 'delivered', task_id: 'a', CallbackSuccess: 1 }), NOW_MS);
    memory.hear(line({ step: 'dead', task_id: 'a', reason: 'deadline-passed' }), NOW_MS);

    expect(memory.of('a').map(({ step, succeeded }) => [step, succeeded])).toEqual([
      ['attempt-failed', false],
      ['delivered', true],
      ['dead', undefined],
    ]);
  });

  it.each([
    'a task wrote this',
    '{"step"',
    line({ message: 'timers', step: 1 }),
    line({ step: 'tick' }),
    '{}',
  ])('is nothing of the line %s', (text) => {
    const memory = new LogMemory(NOW_MS);

    memory.hear(text, NOW_MS);

    expect(memory.steps(NOW_MS)).toEqual([]);
  });

  it('is forgotten after half an hour', () => {
    const memory = new LogMemory(NOW_MS);
    memory.hear(line({ step: 'accepted', task_id: 'old' }), NOW_MS);
    memory.hear(line({ step: 'accepted', task_id: 'new' }), NOW_MS + 1_800_001);

    expect(memory.steps(NOW_MS + 1_800_001).map(({ taskId }) => taskId)).toEqual(['new']);
    memory.hear(line({ step: 'accepted', task_id: 'newer' }), NOW_MS + 3_700_000);
    expect(memory.of('old')).toEqual([]);
  });

  it('does not grow beyond its bound, however much is done', () => {
    const memory = new LogMemory(NOW_MS);
    for (let index = 0; index < 60_000; index += 1) {
      memory.hear(`{"step":"accepted","task_id":"${index}"}`, NOW_MS);
    }

    const steps = memory.steps(NOW_MS);
    expect(steps.length).toBeLessThanOrEqual(55_000);
    expect(steps.at(-1)?.taskId).toBe('59999');
  });
});
