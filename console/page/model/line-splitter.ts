/** Cuts a stream of text into its lines, however the pieces fall. */
export class LineSplitter {
  #rest = '';

  /** The lines that are whole by now. */
  push(piece: string): string[] {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.filter((line) => line !== '');
  }
}
