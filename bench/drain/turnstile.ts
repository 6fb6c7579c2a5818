/** Lets a number of messages in, and tells when as many have left: what is measured has a beginning and an end. */
export class Turnstile {
  #toCome = 0;
  #inside = 0;
  #opened = Promise.withResolvers<void>();
  #emptied = Promise.withResolvers<void>();

  /** Lets so many in; resolves when all of them have left. Not to be called again before. */
  async let(count: number): Promise<void> {
    this.#toCome = count;
    this.#emptied = Promise.withResolvers();
    this.#opened.resolve();
    await this.#emptied.promise;
  }

  /** Waits until some may come in, and takes up to as many of them. */
  async pass<Message>(
    most: number,
    take: (count: number) => Promise<readonly Message[]>,
  ): Promise<readonly Message[]> {
    while (this.#toCome === 0) {
      this.#opened = Promise.withResolvers();
      await this.#opened.promise;
    }
    const messages = await take(Math.min(most, this.#toCome));
    this.#toCome -= messages.length;
    this.#inside += messages.length;
    return messages;
  }

  left(count: number): void {
    this.#inside -= count;
    if (this.#toCome === 0 && this.#inside === 0) this.#emptied.resolve();
  }
}
