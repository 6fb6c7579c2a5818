/** The value in the middle; of an even number of values the lower of the two. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The value that a share of all values do not exceed (nearest rank).
 *
 * @param share 0 to 1
 * @throws RangeError where there is no value
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('a quantile of no values');
  return value;
}

/** The quarters' ends, for people: `41.2 to 44.0`. Half of all values lie in between. */
export function spread(values: readonly number[], digits = 1): string {
  return `${quantile(values, 0.25).toFixed(digits)} to ${quantile(values, 0.75).toFixed(digits)}`;
}
