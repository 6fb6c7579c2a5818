/** 2025-11-24T16:00:00.000Z: when every simulation begins. */
export const EPOCH_MS = 1_764_000_000_000;

interface Event {
  readonly atMs: number;
  /** Of two events at the same time, the one that was asked for first comes first. */
  readonly order: number;
  run: (() => void) | undefined;
}

/**
 * The one clock and the one queue of events. Between two events everything that promises have set going is drained,
 * so that nothing but the queue decides what happens next.
 */
export class VirtualTime {
  nowMs = EPOCH_MS;
  eventsRun = 0;
  readonly #heap: Event[] = [];
  #order = 0;

  /** @returns what takes the event back */
  after(delayMs: number, run: () => void): () => void {
    const event: Event = { atMs: this.nowMs + Math.max(0, delayMs), order: this.#order++, run };
    this.#push(event);
    return () => {
      event.run = undefined;
    };
  }

  /** Runs the next event and what follows from it; false where there is none, or none before that time. */
  async step(untilMs: number): Promise<boolean> {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) return false;
      this.#pop();
      if (next.run === undefined) continue;
      this.nowMs = next.atMs;
      this.eventsRun += 1;
      next.run();
      await drained();
      return true;
    }
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex] as Event;
      if (!isBefore(event, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const smaller =
        right < heap.length && isBefore(heap[right] as Event, heap[left] as Event) ? right : left;
      const child = heap[smaller] as Event;
      if (!isBefore(child, last)) break;
      heap[index] = child;
      index = smaller;
    }
    heap[index] = last;
  }
}

/** An immediate comes only after every microtask, also those that microtasks have queued. */
function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
