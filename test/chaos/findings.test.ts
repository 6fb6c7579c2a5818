import { describe, expect, it } from 'vitest';
import { CallbackBook } from '../../chaos/callback-book.ts';
import { standingOf, undelivered, unsettled } from '../../chaos/findings.ts';
import { type LedgerPicture, lifeOf } from '../../chaos/stores.ts';
import type { State } from '../../lambda/contract/states.ts';

function ledger(state: State, generation = 0, listed: readonly string[] = []): LedgerPicture {
  return { entries: new Map([['a', { state, generation }]]), listed: new Set(listed) };
}

function bookOf(processed: boolean): CallbackBook {
  const book = new CallbackBook(() => {});
  const { taskId } = book.note({ 'webhook-id': 'a', 'x-task-id': 'a' }, '{"task_id":"a"}', 0);
  if (processed) book.markProcessed(taskId);
  return book;
}

const DEAD = lifeOf('a', 1);

describe('what has become of an accepted task', () => {
  it.each([
    ['the ledger does not know it', { entries: new Map(), listed: new Set<string>() }, [], true],
    ['it is still running', ledger('running'), [], false],
    ['it is still delivering', ledger('delivering'), [], true],
    ['no receiver has processed it', ledger('delivered'), [], false],
    ['it is dead and not listed', ledger('dead', 1), [DEAD], false],
    ['it is dead and not in the dead-letter queue', ledger('dead', 1, [DEAD]), [lifeOf('a', 0)], false],
  ] as const)('is loss where %s', (why, picture, deadLetters, processed) => {
    const { lost } = standingOf(['a'], picture, new Set(deadLetters), bookOf(processed));
    expect([...lost]).toEqual([['a', why]]);
  });

  it('is delivery where the ledger says so and a receiver has processed it', () => {
    const { delivered, lost } = standingOf(['a'], ledger('delivered'), new Set(), bookOf(true));
    expect([[...delivered], [...lost]]).toEqual([['a'], []]);
  });

  it('is death where the ledger, the list and the dead-letter queue have it', () => {
    const { dead, lost } = standingOf(['a'], ledger('dead', 1, [DEAD]), new Set([DEAD]), bookOf(false));
    expect([[...dead], [...lost]]).toEqual([['a'], []]);
  });

  it('is settled when it is delivered, or dead and listed', () => {
    expect(unsettled(['a'], ledger('delivered'))).toBe(0);
    expect(unsettled(['a'], ledger('dead', 1, [DEAD]))).toBe(0);
    expect(unsettled(['a'], ledger('dead', 1))).toBe(1);
    expect(unsettled(['a', 'b'], ledger('delivered'))).toBe(1);
    expect(undelivered(['a'], ledger('dead', 1, [DEAD]))).toBe(1);
    expect(undelivered(['a'], ledger('delivered'))).toBe(0);
  });
});
