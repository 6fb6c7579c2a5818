/** Told in full; the rest is only counted. */
const KEPT = 20;

/** What must not be and was. */
export class Violations {
  readonly #kept: string[] = [];
  #count = 0;

  readonly add = (what: string): void => {
    this.#count += 1;
    if (this.#kept.length < KEPT) this.#kept.push(what);
  };

  /** The first of them, and how many more there are. */
  get told(): readonly string[] {
    const more = this.#count - this.#kept.length;
    return more === 0 ? this.#kept : [...this.#kept, `… and ${more} more`];
  }
}
