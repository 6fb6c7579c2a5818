import { randomBytes } from 'node:crypto';

/**
 * Marks that are put where content goes in, and looked for where none may come out: as they are, and as code that
 * handles them may have written them. Of each, the first and the last twelve characters are looked for.
 */
const SHORTEST = 12;

export class Marks {
  readonly #marks = new Map<string, string>();

  /** A mark of 40 letters and digits, which URLs and headers take as they are. */
  plain(what: string): string {
    return this.#keep(what, randomBytes(20).toString('hex'));
  }

  /** A mark with characters that JSON, URLs and forms each write in a way of their own. */
  odd(what: string): string {
    return this.#keep(
      what,
      `"é/&ü<${randomBytes(12).toString('hex')}>"\\+ ${randomBytes(6).toString('hex')}`,
    );
  }

  /** A secret that was not made here. */
  known(what: string, secret: string): string {
    return this.#keep(what, secret);
  }

  get count(): number {
    return this.#marks.size;
  }

  /** Which marks a text holds, and in which form. */
  foundIn(text: string): string[] {
    return [...this.#marks].flatMap(([what, mark]) =>
      needlesOf(mark)
        .filter(([, needle]) => text.includes(needle))
        .map(([form]) => `${what}, ${form}`),
    );
  }

  #keep(what: string, mark: string): string {
    this.#marks.set(what, mark);
    return mark;
  }
}

/** The forms in which a mark can show up. */
export function needlesOf(mark: string): (readonly [form: string, needle: string])[] {
  const [first, last] = [mark.slice(0, SHORTEST), mark.slice(-SHORTEST)];
  return [first, last].flatMap((part) => [
    ['as it is', part] as const,
    ['in JSON', JSON.stringify(part).slice(1, -1)] as const,
    ['in JSON in JSON', JSON.stringify(JSON.stringify(part).slice(1, -1)).slice(1, -1)] as const,
    ['in a URL', encodeURIComponent(part)] as const,
    ['in a form', new URLSearchParams([['', part]]).toString().slice(1)] as const,
    ['in hex', Buffer.from(part).toString('hex')] as const,
    ['in HEX', Buffer.from(part).toString('hex').toUpperCase()] as const,
    ...['base64', 'base64url'].flatMap((encoding) => inBase64(part, encoding as 'base64' | 'base64url')),
  ]);
}

/** What stands before it shifts the bits: there are three ways to write a text in base64, but for its ends. */
function inBase64(part: string, encoding: 'base64' | 'base64url'): (readonly [string, string])[] {
  return [0, 1, 2].map((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(part)]);
    const whole = bytes.toString(encoding).replace(/=+$/, '');
    // The characters that hold bits of neighbours are left out.
    return [`in ${encoding}`, whole.slice(shift === 0 ? 0 : shift + 1, -1)] as const;
  });
}
