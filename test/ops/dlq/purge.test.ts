import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acceptedTask, deliveringTask } from '../../support/entries.ts';
import { ops, opsReport } from '../../support/ops.ts';
import { messageFor, type OperatedStack, startOperatedStack } from '../operated-stack.ts';

let stack: OperatedStack;
beforeEach(async () => {
  stack = await startOperatedStack();
});
afterEach(() => stack.stop());

const lettersLeft = async () => {
  const { letters } = await opsReport<{ letters: { task_id: string }[] }>(
    'dlq',
    'list',
    '--state',
    stack.state,
  );
  return letters.map(({ task_id }) => task_id).sort();
};
const listedRows = async () =>
  (await stack.ledger.items()).filter(({ pk }) => String(pk).startsWith('dead#'));

describe('dlq purge', () => {
  it('deletes the letter and its row on the list; the task stays dead and can be replayed', async () => {
    const { task_id } = await stack.dead();

    const { exitCode, out } = await ops(['dlq', 'purge', '--yes', '--state', stack.state]);

    expect(exitCode).toBe(0);
    expect(out).toContain('Purged 1 dead letter; looked at 1.');
    expect(await lettersLeft()).toEqual([]);
    expect(await listedRows()).toEqual([]);
    expect(await stack.ledger.ledger.read(task_id)).toMatchObject({ state: 'dead', generation: 1 });
    const replayed = await ops(['tasks', 'replay', task_id, '--state', stack.state]);
    expect(replayed.out).toContain('Replayed 1 callback.');
  });

  it('purges what the filter says, and puts the others back', async () => {
    const gone = await stack.dead({ dead_reason: 'gone' });
    const other = await stack.dead();

    await ops(['dlq', 'purge', '--reason', 'gone', '--yes', '--state', stack.state]);

    expect(await lettersLeft()).toEqual([other.task_id]);
    expect(await listedRows()).toMatchObject([{ task_id: other.task_id }]);
    expect(await stack.ledger.ledger.read(gone.task_id)).toMatchObject({ state: 'dead' });
  });

  it('keeps the letters of tasks that are not finished: they may be all that drives them', async () => {
    const unfinished = [await stack.put(acceptedTask()), await stack.put(deliveringTask())];
    for (const entry of unfinished) await stack.letter(messageFor(entry));
    await stack.letter('hello');
    await stack.letter(messageFor(acceptedTask()));

    const { out } = await ops(['dlq', 'purge', '--yes', '--state', stack.state]);

    expect(out).toContain('Purged 2 dead letters; looked at 4.\n  2 kept: their tasks are not finished');
    expect(await lettersLeft()).toEqual(unfinished.map(({ task_id }) => task_id).sort());
  });

  it('asks a person, and does nothing where the answer is no, or nobody is there, or it is a dry run', async () => {
    const { task_id } = await stack.dead();

    const no = await ops(['dlq', 'purge', '--state', stack.state], false);
    expect(no).toMatchObject({ exitCode: 1, err: 'Nothing was changed.' });
    expect(no.asked[0]).toContain('of about 1 in all, are deleted.');
    const nobody = await ops(['dlq', 'purge', '--state', stack.state]);
    expect(nobody.exitCode).toBe(1);
    expect(nobody.err).toContain('Nobody is here to confirm it, so nothing was changed. Give --yes to go on');
    const dry = await ops(['dlq', 'purge', '--dry-run', '--state', stack.state]);
    expect(dry.out).toContain('Would purge 1 dead letter; looked at 1.');

    expect(await lettersLeft()).toEqual([task_id]);
    expect(await listedRows()).toHaveLength(1);
    expect(await ops(['dlq', 'purge', '--state', stack.state], true)).toMatchObject({ exitCode: 0 });
    expect(await lettersLeft()).toEqual([]);
  });
});
