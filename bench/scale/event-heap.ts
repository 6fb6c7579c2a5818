/** Events in order of time; of two at the same time, the one added first comes first. A binary heap, without objects. */
export interface EventHeap {
  readonly size: number;
  /** When the next event is; infinity where there is none. */
  readonly nextAtMs: number;
  add(atMs: number, what: number): void;
  /** Takes the next event out: what was added. Only where `size` is not 0. */
  take(): number;
}

export function eventHeap(): EventHeap {
  let capacity = 1_024;
  let times = new Float64Array(capacity);
  let orders = new Float64Array(capacity);
  let events = new Int32Array(capacity);
  let size = 0;
  let added = 0;

  const grow = () => {
    capacity *= 2;
    const [olderTimes, olderOrders, olderEvents] = [times, orders, events];
    times = new Float64Array(capacity);
    orders = new Float64Array(capacity);
    events = new Int32Array(capacity);
    times.set(olderTimes);
    orders.set(olderOrders);
    events.set(olderEvents);
  };
  const put = (slot: number, atMs: number, order: number, what: number) => {
    times[slot] = atMs;
    orders[slot] = order;
    events[slot] = what;
  };
  const move = (from: number, to: number) => put(to, at(times, from), at(orders, from), at(events, from));
  const isBefore = (slot: number, atMs: number, order: number) => {
    const slotMs = at(times, slot);
    return slotMs < atMs || (slotMs === atMs && at(orders, slot) < order);
  };

  return {
    get size() {
      return size;
    },
    get nextAtMs() {
      return size === 0 ? Number.POSITIVE_INFINITY : at(times, 0);
    },

    add(atMs, what) {
      if (size === capacity) grow();
      const order = added++;
      let slot = size++;
      while (slot > 0) {
        const parent = (slot - 1) >> 1;
        if (isBefore(parent, atMs, order)) break;
        move(parent, slot);
        slot = parent;
      }
      put(slot, atMs, order, what);
    },

    take() {
      if (size === 0) throw new RangeError('there is no event to take');
      const taken = at(events, 0);
      size -= 1;
      const [atMs, order, what] = [at(times, size), at(orders, size), at(events, size)];
      let slot = 0;
      for (;;) {
        let child = 2 * slot + 1;
        if (child >= size) break;
        if (child + 1 < size && isBefore(child + 1, at(times, child), at(orders, child))) child += 1;
        if (!isBefore(child, atMs, order)) break;
        move(child, slot);
        slot = child;
      }
      put(slot, atMs, order, what);
      return taken;
    },
  };
}

/** An element that is surely there. */
function at(array: Float64Array | Int32Array, index: number): number {
  return array[index] ?? Number.NaN;
}
