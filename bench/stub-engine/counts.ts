/** What was asked of the stub since it was started or its counts were set back. */
export interface Counts {
  /** Calls by operation: `{"DynamoDB.GetItem": 1, "SQS.SendMessage": 2}`. */
  readonly calls: Readonly<Record<string, number>>;
  /** Items or messages that the calls of an operation were about. */
  readonly items: Readonly<Record<string, number>>;
  /** Calls to SQS with a message that carries a group: they cost more. */
  readonly callsWithGroup: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** CPU time that the stub's process has used since then, in milliseconds. */
  readonly cpuMs: number;
}

export class Counter {
  #calls: Record<string, number> = {};
  #items: Record<string, number> = {};
  #callsWithGroup = 0;
  #writeUnits = 0;
  #readUnits = 0;
  #cpu = process.cpuUsage();

  call(operation: string, items: number): void {
    this.#calls[operation] = (this.#calls[operation] ?? 0) + 1;
    this.#items[operation] = (this.#items[operation] ?? 0) + items;
  }

  callWithGroup(): void {
    this.#callsWithGroup += 1;
  }

  wrote(units: number): void {
    this.#writeUnits += units;
  }

  read(units: number): void {
    this.#readUnits += units;
  }

  reset(): void {
    this.#calls = {};
    this.#items = {};
    this.#callsWithGroup = 0;
    this.#writeUnits = 0;
    this.#readUnits = 0;
    this.#cpu = process.cpuUsage();
  }

  toJSON(): Counts {
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      calls: this.#calls,
      items: this.#items,
      callsWithGroup: this.#callsWithGroup,
      writeUnits: this.#writeUnits,
      readUnits: this.#readUnits,
      cpuMs: (user + system) / 1_000,
    };
  }
}
