import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventHeap } from '../../../bench/scale/event-heap.ts';
import { messageRing } from '../../../bench/scale/message-ring.ts';

describe('the event heap', () => {
  it('gives events in order of time, and those of one time as they were added', () => {
    const heap = eventHeap();
    for (const [atMs, what] of [
      [30, 1],
      [10, 2],
      [30, 3],
      [20, 4],
      [10, 5],
    ] as const) {
      heap.add(atMs, what);
    }
    expect(heap.nextAtMs).toBe(10);
    expect(Array.from({ length: 5 }, () => heap.take())).toEqual([2, 5, 4, 1, 3]);
    expect(heap.nextAtMs).toBe(Number.POSITIVE_INFINITY);
    expect(() => heap.take()).toThrow('there is no event to take');
  });

  it('sorts any times, beyond its first size', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1_000 }), { minLength: 1_500, maxLength: 2_500 }), (times) => {
        const heap = eventHeap();
        times.forEach((atMs, index) => {
          heap.add(atMs, index);
        });
        const taken = times.map(() => times[heap.take()]);
        expect(taken).toEqual(times.toSorted((a, b) => a - b));
      }),
      { numRuns: 10 },
    );
  });
});

describe('the message ring', () => {
  it('keeps the order while it grows and wraps', () => {
    const ring = messageRing();
    for (let message = 0; message < 1_000; message += 1) ring.add(message, message * 10);
    for (let message = 0; message < 900; message += 1) expect(ring.take()).toBe(message);
    for (let message = 1_000; message < 3_000; message += 1) ring.add(message, message * 10);
    expect(ring.length).toBe(2_100);
    for (let message = 900; message < 3_000; message += 1) {
      expect(ring.take()).toBe(message);
      expect(ring.receivableAtMs).toBe(message * 10);
    }
    expect(() => ring.take()).toThrow('there is no message to take');
  });
});
