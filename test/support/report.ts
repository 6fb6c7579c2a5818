import { NoRegistryError } from './registry.ts';

/** Says how each check went, and counts. */
export class Report {
  #passed = 0;
  #failed = 0;

  /**
   * A check that fails does not keep those after it from being made.
   *
   * @throws NoRegistryError if the check needs the npm registry, which does not answer
   */
  async check(name: string, made: () => Promise<void>): Promise<void> {
    const startMs = performance.now();
    try {
      await made();
      this.#passed += 1;
      console.log(`  ✓ ${name} (${Math.round(performance.now() - startMs)} ms)`);
    } catch (error) {
      if (error instanceof NoRegistryError) throw error;
      this.#failed += 1;
      console.log(`  ✗ ${name}\n      ${(error as Error).message.replaceAll('\n', '\n      ')}`);
    }
  }

  /** @returns the process's exit code */
  end(): number {
    console.log(`\n${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0 ? 0 : 1;
  }
}
