import { closeSync, existsSync, openSync, readFileSync, readSync, renameSync, writeSync } from 'node:fs';
import * as z from 'zod';
import type { InboxCallback } from '../console/api-types.ts';

export interface InboxContents {
  readonly count: number;
  /** ISO 8601 time. */
  readonly last_at: string;
  readonly verified: number;
}

/** What a line of the file must have, whoever wrote it; what a later version puts there besides is kept. */
const lineSchema = z.looseObject({
  name: z.string(),
  callback: z.looseObject({
    received_at: z.iso.datetime(),
    headers: z.record(z.string(), z.string()),
    body: z.unknown(),
    verified: z.boolean(),
    checks: z
      .array(z.looseObject({ name: z.string(), ok: z.boolean(), why: z.string().optional() }))
      .optional(),
    answered: z.union([z.int(), z.literal('hang')]).optional(),
  }),
});

interface Line {
  readonly name: string;
  readonly callback: InboxCallback;
}

/** A line of the file, without the callback's content: that is read from the file when it is asked for. */
interface Kept {
  /** Counts up with each callback; begins with 1 in each process. */
  readonly number: number;
  readonly name: string;
  readonly receivedAt: string;
  readonly isVerified: boolean;
  /** In the file, in bytes. */
  readonly offset: number;
  /** With its newline. */
  readonly bytes: number;
}

/** Which callbacks of an inbox are wanted. */
export interface InboxPageRequest {
  /** At most; 1 or more. */
  readonly limit: number;

  /**
   * Only those that came before the one of this number.
   *
   * @default - the latest
   */
  readonly before?: number | undefined;
}

/** A stretch of an inbox. */
export interface InboxPage {
  /** Oldest first. */
  readonly callbacks: readonly InboxCallback[];
  /** What `before` must be for the page of older ones; undefined: there are none. */
  readonly olderBefore: number | undefined;
}

/** Beyond either of these the oldest callbacks go. */
const MAX_CALLBACKS = 20_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** One page reads no more than this, save a single callback that is longer. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;

const NEWLINE = 0x0a;

/**
 * The callbacks that the inbox has taken, by the inbox's name. They are written to a file before they are
 * answered, so that they outlive the process as the ledger does, also if that is killed. Memory holds only where in the
 * file each one lies.
 */
export class InboxStore {
  readonly #file: string;
  readonly #maxCallbacks: number;
  readonly #summaries = new Map<string, { count: number; verified: number; last_at: string }>();
  #descriptor: number;
  /** Oldest first. */
  #kept: Kept[] = [];
  #keptBytes = 0;
  /** Size of the file, which also holds what is not kept any more. */
  #fileBytes = 0;
  #lastNumber = 0;

  /** @param file JSON lines; made if need be */
  constructor(file: string, maxCallbacks = MAX_CALLBACKS) {
    this.#file = file;
    this.#maxCallbacks = maxCallbacks;
    if (existsSync(file)) this.#restore(readFileSync(file));
    this.#trim();
    this.#descriptor = this.#rewrite(existsSync(file) ? openSync(file, 'r') : undefined);
  }

  add(name: string, callback: InboxCallback): void {
    const line: Line = { name, callback };
    const text = Buffer.from(`${JSON.stringify(line)}\n`);
    this.#write(text);
    this.#keep(line, this.#fileBytes, text.length);
    this.#fileBytes += text.length;
    this.#trim();
    if (this.#fileBytes > 2 * MAX_BYTES) this.#descriptor = this.#rewrite(this.#descriptor);
  }

  /** The latest callbacks of an inbox, or the latest before one of them. */
  page(name: string, { limit, before = Number.POSITIVE_INFINITY }: InboxPageRequest): InboxPage {
    const wanted: Kept[] = [];
    let bytes = 0;
    let olderBefore: number | undefined;
    for (let index = this.#kept.length - 1; index >= 0; index -= 1) {
      const kept = this.#kept[index];
      if (kept === undefined || kept.name !== name || kept.number >= before) continue;
      bytes += kept.bytes;
      if (wanted.length === limit || (wanted.length > 0 && bytes > MAX_PAGE_BYTES)) {
        olderBefore = wanted.at(-1)?.number;
        break;
      }
      wanted.push(kept);
    }
    return { callbacks: wanted.reverse().map((kept) => this.#read(kept)), olderBefore };
  }

  /** Name → what is kept. */
  summaries(): ReadonlyMap<string, InboxContents> {
    return this.#summaries;
  }

  empty(name: string): void {
    this.#kept = this.#kept.filter((kept) => kept.name !== name);
    this.#keptBytes = this.#kept.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#summaries.delete(name);
    this.#descriptor = this.#rewrite(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** Always at the end of the lines that are kept: on a full disk, a part of an earlier one may follow them. */
  #write(text: Buffer): void {
    let written = 0;
    while (written < text.length) {
      const position = this.#fileBytes + written;
      written += writeSync(this.#descriptor, text, written, text.length - written, position);
    }
  }

  #restore(content: Buffer): void {
    let offset = 0;
    while (offset < content.length) {
      const newline = content.indexOf(NEWLINE, offset);
      const end = newline === -1 ? content.length : newline;
      try {
        const line: unknown = JSON.parse(content.toString('utf8', offset, end));
        // A line without its newline was being written when the process was killed; it was never answered.
        if (newline !== -1 && isLine(line)) this.#keep(line, offset, end + 1 - offset);
      } catch {
        // Cut short, or written by hand.
      }
      offset = end + 1;
    }
  }

  #keep({ name, callback: { received_at, verified } }: Line, offset: number, bytes: number): void {
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    this.#kept.push({ number, name, receivedAt: received_at, isVerified: verified, offset, bytes });
    this.#keptBytes += bytes;
    const before = this.#summaries.get(name) ?? { count: 0, verified: 0 };
    this.#summaries.set(name, {
      count: before.count + 1,
      last_at: received_at,
      verified: before.verified + (verified ? 1 : 0),
    });
  }

  #trim(): void {
    let surplus = 0;
    while (this.#kept.length - surplus > this.#maxCallbacks || this.#keptBytes > MAX_BYTES) {
      const oldest = this.#kept[surplus];
      if (oldest === undefined) break;
      this.#keptBytes -= oldest.bytes;
      this.#forget(oldest);
      surplus += 1;
    }
    if (surplus > 0) this.#kept.splice(0, surplus);
  }

  #forget({ name, isVerified }: Kept): void {
    const summary = this.#summaries.get(name);
    if (summary === undefined) return;
    summary.count -= 1;
    if (isVerified) summary.verified -= 1;
    if (summary.count === 0) this.#summaries.delete(name);
  }

  #read(kept: Kept): InboxCallback {
    const line: Line = JSON.parse(bytesOf(this.#descriptor, kept).toString('utf8'));
    return line.callback;
  }

  /**
   * Leaves in the file what is kept, and opens it for more.
   *
   * @param from the file as it is, which is closed
   */
  #rewrite(from: number | undefined): number {
    const to = openSync(`${this.#file}.new`, 'w+', 0o600);
    let offset = 0;
    this.#kept = this.#kept.map((kept) => {
      if (from !== undefined) writeSync(to, bytesOf(from, kept));
      const moved = { ...kept, offset };
      offset += kept.bytes;
      return moved;
    });
    this.#fileBytes = offset;
    if (from !== undefined) closeSync(from);
    renameSync(`${this.#file}.new`, this.#file);
    return to;
  }
}

function bytesOf(descriptor: number, { offset, bytes }: Kept): Buffer {
  const content = Buffer.allocUnsafe(bytes);
  readSync(descriptor, content, 0, bytes, offset);
  return content;
}

function isLine(line: unknown): line is Line {
  return lineSchema.safeParse(line).success;
}
