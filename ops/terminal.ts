/** What a command talks to. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Asks a person; undefined where none is there. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
  /** Writes to standard error as it is; undefined where that is no terminal. */
  readonly draw: ((text: string) => void) | undefined;
  /** Aborted by Ctrl-C: what is begun is ended, and nothing more is begun. */
  readonly interrupted: AbortSignal;
}

/**
 * Text that came from elsewhere, fit to be shown: a receiver's answer must not move the cursor or colour the screen.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�');
}

/** `1 dead letter`, `5 dead letters`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
