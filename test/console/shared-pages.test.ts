import { describe, expect, it } from 'vitest';
import { sharedPages } from '../../console/shared-pages.ts';
import type { Key } from '../../lambda/ledger/keys.ts';
import { ANY_STATE, type Brief, type ScannedPage, type StateFilter } from '../../ops/entries.ts';

const KEY: Key = { pk: 'task#2', sk: 'entry' };

function entry(id: string, state: Brief['state']): Brief {
  return {
    task_id: id,
    task_name: 'greet',
    state,
    generation: 0,
    client: 'me',
    accepted_at_ms: 1,
    not_before_ms: 1,
    runs: 0,
    attempt_count: 0,
  };
}

/** A table of two pages, and what was asked of it. */
function table() {
  const asked: { readonly states: StateFilter; readonly from: Key | undefined }[] = [];
  const pages: ScannedPage[] = [
    { entries: [entry('1', 'accepted'), entry('2', 'dead')], itemsRead: 3, next: KEY },
    { entries: [entry('3', 'dead')], itemsRead: 1, next: undefined },
  ];
  async function* scan(states: StateFilter, from?: Key) {
    asked.push({ states, from });
    yield* pages.slice(from === undefined ? 0 : 1);
  }
  return { asked, scan };
}

async function all(pages: AsyncIterable<ScannedPage>): Promise<ScannedPage[]> {
  const read: ScannedPage[] = [];
  for await (const page of pages) read.push(page);
  return read;
}

const idsOf = (pages: readonly ScannedPage[]) =>
  pages.map(({ entries }) => entries.map(({ task_id }) => task_id));

describe('a scan of the ledger that several views share', () => {
  it('reads the table once for all that ask at the same time, and gives each the states it wants', async () => {
    const { asked, scan } = table();
    const pages = sharedPages(scan, 100);

    const [any, dead, notDead] = await Promise.all([
      all(pages(ANY_STATE)),
      all(pages({ only: 'dead' })),
      all(pages({ except: ['dead'] })),
    ]);

    expect([any, dead, notDead].map(idsOf)).toEqual([[['1', '2', '3']], [['2', '3']], [['1']]]);
    expect(any).toMatchObject([{ itemsRead: 4, next: undefined }]);
    expect(asked).toEqual([{ states: ANY_STATE, from: undefined }]);
  });

  it('goes on in the table behind the stretch that it has', async () => {
    const { asked, scan } = table();

    const pages = await all(sharedPages(scan, 3)({ only: 'dead' }));

    expect(idsOf(pages)).toEqual([['2'], ['3']]);
    expect(pages).toMatchObject([{ itemsRead: 3, next: KEY }, { next: undefined }]);
    expect(asked[1]).toEqual({ states: { only: 'dead' }, from: KEY });
  });

  it('reads from another place for who asks', async () => {
    const { asked, scan } = table();

    expect(idsOf(await all(sharedPages(scan, 100)(ANY_STATE, KEY)))).toEqual([['3']]);
    expect(asked).toEqual([{ states: ANY_STATE, from: KEY }]);
  });
});
