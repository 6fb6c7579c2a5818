import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acceptedTask, deliveringTask } from '../../support/entries.ts';
import { ops, opsReport } from '../../support/ops.ts';
import { messageFor, type OperatedStack, startOperatedStack } from '../operated-stack.ts';

interface Listed {
  readonly letters: readonly { task_id?: string; reason: string; host?: string; attempts?: number }[];
  readonly counts: readonly { host: string; task_name: string; reason: string; count: number }[];
  readonly looked_at: number;
  readonly total_approximately: number;
}

let stack: OperatedStack;
beforeEach(async () => {
  stack = await startOperatedStack();
});
afterEach(async () => {
  vi.useRealTimers();
  await stack.stop();
});

const list = (...args: string[]) => opsReport<Listed>('dlq', 'list', ...args, '--state', stack.state);

describe('dlq list', () => {
  it('shows people what died, when, of which task, for which host and why', async () => {
    vi.useFakeTimers({ now: new Date('2025-11-27T18:00:06.000Z'), toFake: ['Date'] });
    const { task_id } = await stack.dead();

    const { exitCode, out } = await ops(['dlq', 'list', '--state', stack.state]);

    expect(exitCode).toBe(0);
    expect(out).toBe(
      [
        'TASK ID                               AGE  TASK   HOST              REASON           TRIES',
        `${task_id}   2h  sleep  receiver.example  deadline-passed      3`,
        '',
        'HOST              TASK   REASON           COUNT',
        'receiver.example  sleep  deadline-passed      1',
        '',
        `1 dead letter, of about 1 in the local stack in ${stack.state}.`,
      ].join('\n'),
    );
  });

  it('says of every letter what it is, also of those that no redrive can help', async () => {
    const dead = await stack.dead();
    const crashedTooOften = await stack.put(acceptedTask());
    const failedTooOften = await stack.put(deliveringTask());
    const dying = await stack.put(deliveringTask());
    const replayed = await stack.put(deliveringTask({ generation: 2 }));
    const delivered = await stack.put(deliveringTask({ state: 'delivered' }));
    const paused = await stack.put(acceptedTask({ state: 'paused' as 'accepted' }));
    const expired = acceptedTask();
    await stack.letter(messageFor(crashedTooOften));
    await stack.letter(messageFor(failedTooOften));
    await stack.letter(messageFor(dying, 1));
    await stack.letter(messageFor(replayed, 1));
    await stack.letter(messageFor(delivered));
    await stack.letter(messageFor(paused));
    await stack.letter(messageFor(expired));
    await stack.letter('hello');

    const { letters, looked_at, total_approximately } = await list();

    const reasons = letters.map(({ task_id = '', reason }) => [task_id, reason]);
    expect(Object.fromEntries(reasons)).toEqual({
      [dead.task_id]: 'deadline-passed',
      [crashedTooOften.task_id]: 'receives-exhausted',
      [failedTooOften.task_id]: 'receives-exhausted',
      [dying.task_id]: 'not-dead-yet',
      [replayed.task_id]: 'settled',
      [delivered.task_id]: 'settled',
      [paused.task_id]: 'unknown-state',
      [expired.task_id]: 'unknown-task',
      '': 'malformed',
    });
    expect({ looked_at, total_approximately }).toEqual({ looked_at: 9, total_approximately: 9 });
    const { out } = await ops(['dlq', 'list', '--state', stack.state]);
    expect(out).toContain(
      '2 × settled: their tasks have been settled or replayed since; dlq redrive removes',
    );
    expect(out).toContain(
      '1 × malformed: they are not ours; dlq redrive leaves them, dlq purge deletes them.',
    );
  });

  it('leaves every letter where it is, for the next who looks', async () => {
    for (let count = 0; count < 23; count += 1) await stack.dead();

    expect((await list()).letters).toHaveLength(23);
    expect((await list()).letters).toHaveLength(23);
  });

  it('shows as many as it is asked for, and tells that there are more', async () => {
    for (let count = 0; count < 23; count += 1) await stack.dead();

    const { out } = await ops(['dlq', 'list', '--limit', '5', '--state', stack.state]);

    expect(out).toContain(
      `5 dead letters, of about 23 in the local stack in ${stack.state}; looked at 10. --limit 0 looks at all.`,
    );
    expect((await list('--limit', '0')).letters).toHaveLength(23);
  });

  it('shows those that a filter names', async () => {
    const gone = await stack.dead({ callback_url: 'https://slow.example:8443/hook', dead_reason: 'gone' });
    await stack.dead();

    const { letters, counts, looked_at } = await list('--host', 'slow.example', '--reason', 'gone');

    expect(letters).toMatchObject([{ task_id: gone.task_id, host: 'slow.example:8443', attempts: 3 }]);
    expect(counts).toEqual([{ host: 'slow.example:8443', task_name: 'sleep', reason: 'gone', count: 1 }]);
    expect(looked_at).toBe(2);
  });
});
