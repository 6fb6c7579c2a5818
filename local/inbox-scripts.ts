import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { type ScriptedResponse, scriptSchema } from './scripted-responses.ts';

/**
 * The answers that inboxes are yet to give, by the inbox's name. They are written to a file before one is given, so
 * that a stack that is killed goes on with those that are left.
 */
export class InboxScripts {
  readonly #file: string;
  readonly #scripts: Map<string, ScriptedResponse[]>;

  /** @param file JSON; made once something is scripted */
  constructor(file: string) {
    this.#file = file;
    this.#scripts = restored(file);
  }

  /** @param responses in place of those that are left; none ends the script */
  set(name: string, responses: readonly ScriptedResponse[]): void {
    if (responses.length === 0 && !this.#scripts.has(name)) return;
    if (responses.length === 0) this.#scripts.delete(name);
    else this.#scripts.set(name, [...responses]);
    this.#write();
  }

  /** Takes the next answer off the script; undefined where there is none. */
  next(name: string): ScriptedResponse | undefined {
    const [next, ...left] = this.#scripts.get(name) ?? [];
    if (next !== undefined) this.set(name, left);
    return next;
  }

  pending(name: string): number {
    return this.#scripts.get(name)?.length ?? 0;
  }

  /** Of the inboxes that have answers left. */
  names(): string[] {
    return [...this.#scripts.keys()];
  }

  #write(): void {
    // A kill leaves the file before or the file after, not half of one.
    writeFileSync(`${this.#file}.new`, JSON.stringify([...this.#scripts]), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}

const nameAndScript = z.tuple([z.string(), scriptSchema.min(1)]);

/** The scripts of a file as far as they are some: somebody may have written into it, which is no reason not to start. */
function restored(file: string): Map<string, ScriptedResponse[]> {
  const lines = z.array(z.unknown()).safeParse(jsonIn(file)).data ?? [];
  return new Map(
    lines.flatMap((line) => {
      const { data } = nameAndScript.safeParse(line);
      return data === undefined ? [] : [data];
    }),
  );
}

/** Undefined where nothing was ever scripted, or what is there is no JSON. */
function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
