import { describe, expect, it } from 'vitest';
import { waitingRoom } from '../../../lambda/queue/waiting-room.ts';

const NOW_MS = 1_764_000_000_000;
const FRESH = { receiveCount: 1, maxReceiveCount: 10, mayBeSentAgain: true };

describe('a wait', () => {
  it.each([
    [NOW_MS + 1, 1],
    [NOW_MS + 5_000, 5],
    [NOW_MS + 5_001, 6],
    [NOW_MS + 120_000, 120],
    [NOW_MS, 0],
    [NOW_MS - 60_000, 0],
  ])("until %i is spent in the queue: SQS's own, in whole seconds rounded up", (untilMs, seconds) => {
    expect(waitingRoom(untilMs, NOW_MS, FRESH)).toEqual({ room: 'queue', seconds });
  });

  it('of more than two minutes is spent in the ledger, to the millisecond', () => {
    expect(waitingRoom(NOW_MS + 120_001, NOW_MS, FRESH)).toEqual({
      room: 'ledger',
      untilMs: 1_764_000_120_001,
    });
  });

  it('is spent in a new message, as long as it is, once three receives are left', () => {
    const wait = (receiveCount: number) =>
      waitingRoom(NOW_MS + 5_000, NOW_MS, { receiveCount, maxReceiveCount: 10, mayBeSentAgain: true });

    expect(wait(6)).toEqual({ room: 'queue', seconds: 5 });
    expect(wait(7)).toEqual({ room: 'new-message', seconds: 5 });
    expect(wait(10)).toEqual({ room: 'new-message', seconds: 5 });
  });

  it('is spent in the ledger then, if its stage may not send to its own queue', () => {
    const wait = (receiveCount: number) =>
      waitingRoom(NOW_MS + 5_000, NOW_MS, { receiveCount, maxReceiveCount: 10, mayBeSentAgain: false });

    expect(wait(6)).toEqual({ room: 'queue', seconds: 5 });
    // Two minutes away at least: a timer that is nearer could be found too late.
    expect(wait(7)).toEqual({ room: 'ledger', untilMs: 1_764_000_120_000 });
  });
});
