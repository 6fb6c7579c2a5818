/** What the console's API is asked by a query. */
import { UsageError } from '../../local/user-error.ts';

const MOST_SHOWN = 500;

/** Undefined where it is not given, or empty: a form sends its empty fields too. */
export function text(parameters: URLSearchParams, name: string): string | undefined {
  return parameters.get(name)?.trim() || undefined;
}

/** @throws UsageError */
export function limitFrom(parameters: URLSearchParams, byDefault: number): number {
  const given = text(parameters, 'limit');
  if (given === undefined) return byDefault;
  if (/^\d{1,3}$/.test(given) && Number(given) >= 1 && Number(given) <= MOST_SHOWN) return Number(given);
  throw new UsageError(`limit is ${given}; it must be a whole number from 1 to ${MOST_SHOWN}.`);
}
