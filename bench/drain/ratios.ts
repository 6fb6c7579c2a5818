/** One against the other, turn by turn: what slowed the machine down slowed both. */
export function ratiosOf(a: readonly number[], b: readonly number[]): number[] {
  return a.flatMap((value, turn) => {
    const other = b[turn];
    return other === undefined ? [] : [value / other];
  });
}
