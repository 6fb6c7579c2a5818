import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { type ReadMany, withGatheredReads } from '../../../lambda/ledger/gathered-reads.ts';
import type { Ledger } from '../../../lambda/ledger/ledger.ts';
import { deliveringTask } from '../../support/entries.ts';

/** A ledger of these entries that notes what is asked of it; `readMany` leaves over what it is told to. */
function noted(entries: readonly Entry[], leftOver: readonly string[] = []) {
  const asked: string[][] = [];
  const entryOf = (id: string) => entries.find(({ task_id }) => task_id === id);
  const ledger = {
    async read(taskId: string) {
      asked.push([taskId]);
      return entryOf(taskId);
    },
  } as Ledger;
  const readMany: ReadMany = async (taskIds) => {
    asked.push([...taskIds]);
    return new Map(taskIds.filter((id) => !leftOver.includes(id)).map((id) => [id, entryOf(id)]));
  };
  return { asked, gathered: withGatheredReads(ledger, readMany) };
}

const some = (count: number) => Array.from({ length: count }, () => deliveringTask());
const idsOf = (entries: readonly Entry[]) => entries.map(({ task_id }) => task_id);

describe('reads that are asked for together', () => {
  it('are one', async () => {
    const entries = some(3);
    const { asked, gathered } = noted(entries);

    const read = await Promise.all(idsOf(entries).map((id) => gathered.read(id)));

    expect(read).toEqual(entries);
    expect(asked).toEqual([idsOf(entries)]);
  });

  it('ask for the same task once', async () => {
    const [one, two] = some(2) as [Entry, Entry];
    const { asked, gathered } = noted([one, two]);
    const ids = idsOf([one, two, one]);

    expect(await Promise.all(ids.map((id) => gathered.read(id)))).toEqual([one, two, one]);
    expect(asked).toEqual([idsOf([one, two])]);
  });

  it('know nothing of a task that there is not', async () => {
    const [one] = some(1) as [Entry];
    const { gathered } = noted([one]);

    expect(await Promise.all([gathered.read(one.task_id), gathered.read(randomUUID())])).toEqual([
      one,
      undefined,
    ]);
  });

  it('leave what was left over to a read of its own', async () => {
    const entries = some(3);
    const [, left = ''] = idsOf(entries);
    const { asked, gathered } = noted(entries, [left]);

    expect(await Promise.all(idsOf(entries).map((id) => gathered.read(id)))).toEqual(entries);
    expect(asked).toEqual([idsOf(entries), [left]]);
  });

  it('fail together where the ledger is out of reach', async () => {
    const gathered = withGatheredReads({} as Ledger, async () => {
      throw new Error('out of reach');
    });

    const ends = await Promise.allSettled([gathered.read('one'), gathered.read('two')]);

    expect(ends).toMatchObject([
      { reason: { message: 'out of reach' } },
      { reason: { message: 'out of reach' } },
    ]);
  });
});

describe('a read alone', () => {
  it('is what it was', async () => {
    const [one] = some(1) as [Entry];
    const { asked, gathered } = noted([one]);

    expect(await gathered.read(one.task_id)).toEqual(one);
    expect(asked).toEqual([[one.task_id]]);
  });

  it('that comes later is asked anew: nothing is kept', async () => {
    const entries = some(2);
    const { asked, gathered } = noted(entries);

    await Promise.all(idsOf(entries).map((id) => gathered.read(id)));
    await Promise.all(idsOf(entries).map((id) => gathered.read(id)));

    expect(asked).toEqual([idsOf(entries), idsOf(entries)]);
  });
});
