import { MAX_PAYLOAD_BYTES } from '../contract/limits.ts';
import { OFFERS } from './conditions.ts';

/** What an item of a payload has besides: its keys, and when it expires. */
const ITEM_BYTES = 512;

/**
 * An entry: an identity of 900 bytes, a URL of 2,048 characters, an error of 1,100 characters, each of which can take
 * three bytes, 200 bytes of an answer, ten attempts, and what has one size. On the operators' list it is 0.5 KiB more.
 */
const ENTRY_BYTES = 16 * 1024;

/**
 * The most that one task keeps in the ledger, whatever its client sends, its receiver answers and its work returns:
 * its entry, one input, and as many results as there may be runs, or places for results of work done elsewhere.
 *
 * Timers are not in it. Each request to complete, cancel or replay a task leaves one of about 0.3 KiB, which the clock
 * removes when it is due, two minutes later; how many requests there may be is what the API's rate limit says.
 *
 * @param maxRuns how often a task's work is started at most
 */
export function storageCeilingBytes(maxRuns: number): number {
  return ENTRY_BYTES + (1 + Math.max(maxRuns, OFFERS.length)) * (MAX_PAYLOAD_BYTES + ITEM_BYTES);
}
