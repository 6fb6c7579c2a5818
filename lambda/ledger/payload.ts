import { createHash } from 'node:crypto';
import type { Payload } from './entry.ts';

/** A payload that lies beside its entry, in a write-once item of its own. */
export interface StoredPayload {
  /** The item's sort key. */
  readonly ref: string;
  readonly json: string;
}

/**
 * Payloads up to this stay within the entry, input and result together: a write unit is 1 KiB, and the entry is
 * written four times on its way.
 */
const MAX_INLINE_BYTES = 512;

export interface PlacedPayload {
  /** What the entry says. */
  readonly payload: Payload;
  /** What has to be stored beside it, if it does not fit. */
  readonly stored?: StoredPayload;
}

/** The input's item is named by its content: of two requests with one key, the entry says whose counts. */
export function placeInput(json: string): PlacedPayload {
  return place(json, 0, () => `input#${createHash('sha256').update(json).digest('hex')}`);
}

/** The result's item is named by the run's lease, so that an overtaken run cannot change what counts. */
export function placeResult(json: string, input: Payload | undefined, leaseToken: string): PlacedPayload {
  const inlineBytes = input !== undefined && 'json' in input ? Buffer.byteLength(input.json) : 0;
  return place(json, inlineBytes, () => `result#${leaseToken}`);
}

function place(json: string, takenBytes: number, ref: () => string): PlacedPayload {
  if (takenBytes + Buffer.byteLength(json) <= MAX_INLINE_BYTES) return { payload: { json } };
  const stored = { ref: ref(), json };
  return { payload: { ref: stored.ref }, stored };
}
