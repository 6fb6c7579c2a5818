import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
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

interface Kept {
  readonly line: Line;
  readonly bytes: number;
}

/** Beyond either of these the oldest callbacks go. */
const MAX_CALLBACKS = 20_000;
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The callbacks that the inbox has taken, by the inbox's name. They are written to a file before they are
 * answered, so that they outlive the process as the ledger does, also if that is killed.
 */
export class InboxStore {
  readonly #file: string;
  readonly #maxCallbacks: number;
  #descriptor: number;
  /** Oldest first. */
  #kept: Kept[] = [];
  #keptBytes = 0;
  /** Size of the file, which also holds what is not kept any more. */
  #fileBytes = 0;

  /** @param file JSON lines; made if need be */
  constructor(file: string, maxCallbacks = MAX_CALLBACKS) {
    this.#file = file;
    this.#maxCallbacks = maxCallbacks;
    if (existsSync(file)) for (const text of readFileSync(file, 'utf8').split('\n')) this.#restore(text);
    this.#trim();
    this.#descriptor = this.#rewrite();
  }

  add(name: string, callback: InboxCallback): void {
    const line: Line = { name, callback };
    const text = `${JSON.stringify(line)}\n`;
    writeSync(this.#descriptor, text);
    this.#keep(line, text.length);
    this.#fileBytes += text.length;
    this.#trim();
    if (this.#fileBytes > 2 * MAX_BYTES) this.#reopen();
  }

  list(name: string): InboxCallback[] {
    return this.#kept.filter(({ line }) => line.name === name).map(({ line }) => line.callback);
  }

  /** Name → what is kept. */
  summaries(): Map<string, InboxContents> {
    const summaries = new Map<string, InboxContents>();
    for (const { line } of this.#kept) {
      const { received_at, verified } = line.callback;
      const before = summaries.get(line.name) ?? { count: 0, verified: 0 };
      summaries.set(line.name, {
        count: before.count + 1,
        last_at: received_at,
        verified: before.verified + (verified ? 1 : 0),
      });
    }
    return summaries;
  }

  empty(name: string): void {
    this.#kept = this.#kept.filter(({ line }) => line.name !== name);
    this.#keptBytes = this.#kept.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#reopen();
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #restore(text: string): void {
    if (text === '') return;
    try {
      const line: unknown = JSON.parse(text);
      if (isLine(line)) this.#keep(line, text.length + 1);
    } catch {
      // The last line of a process that was killed may be cut short; it was never answered.
    }
  }

  #keep(line: Line, bytes: number): void {
    this.#kept.push({ line, bytes });
    this.#keptBytes += bytes;
  }

  #trim(): void {
    let surplus = 0;
    while (this.#kept.length - surplus > this.#maxCallbacks || this.#keptBytes > MAX_BYTES) {
      this.#keptBytes -= this.#kept[surplus]?.bytes ?? this.#keptBytes;
      surplus += 1;
    }
    if (surplus > 0) this.#kept.splice(0, surplus);
  }

  #reopen(): void {
    closeSync(this.#descriptor);
    this.#descriptor = this.#rewrite();
  }

  /** Leaves in the file what is kept, and opens it for more. */
  #rewrite(): number {
    const text = this.#kept.map(({ line }) => `${JSON.stringify(line)}\n`).join('');
    writeFileSync(`${this.#file}.new`, text, { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
    this.#fileBytes = text.length;
    return openSync(this.#file, 'a');
  }
}

function isLine(line: unknown): line is Line {
  return lineSchema.safeParse(line).success;
}
