import type { Breaker, Hang } from '../../lambda/callback/breaker.ts';
import { ASK_AGAIN_AFTER_MS, NEWS_MS } from '../../lambda/callback/shared-breaker.ts';

/** More words of one host than can be on their way at a time: all of its processes' attempts end within 15 s. */
const WORDS_KEPT = 32;

/**
 * Where the simulated processes tell one another of hosts that hang, by the rules of `sharedBreaker`. An attempt is
 * played when it begins; so a word counts only from the time on that it bears.
 */
export class HangBoard {
  readonly #hangs = new Map<string, Hang[]>();

  /** Hosts of which there is word. */
  get size(): number {
    return this.#hangs.size;
  }

  tell(hang: Hang): void {
    const words = this.#hangs.get(hang.host) ?? [];
    this.#hangs.set(hang.host, [...words, hang].slice(-WORDS_KEPT));
  }

  /** Whether a process asks now that last asked then. */
  static isDue(askedAtMs: number | undefined, breaker: Breaker, nowMs: number): boolean {
    return askedAtMs === undefined || (breaker.anyOpen && nowMs - askedAtMs >= ASK_AGAIN_AFTER_MS);
  }

  /** Lets a process hear the newest word of each host. */
  ask(breaker: Breaker, nowMs: number): void {
    for (const words of this.#hangs.values()) {
      let newest: Hang | undefined;
      for (const word of words) {
        const isKnown = word.at_ms <= nowMs && word.at_ms >= nowMs - NEWS_MS;
        if (isKnown && word.at_ms >= (newest?.at_ms ?? 0)) newest = word;
      }
      if (newest !== undefined) breaker.hear(newest);
    }
  }
}
