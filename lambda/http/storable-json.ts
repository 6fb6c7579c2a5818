import { Problem } from './problem.ts';

/**
 * A client's value as it is stored. A small body can hold a large value: `1e20` is written with all its digits.
 *
 * @param what the value's name for its client
 * @throws Problem 413 where it takes more than so many bytes
 */
export function storableJson(what: 'input' | 'result', value: unknown, maxBytes: number): string {
  const json = JSON.stringify(value);
  const bytes = Buffer.byteLength(json);
  if (bytes <= maxBytes) return json;
  throw new Problem({
    status: 413,
    title: 'Content Too Large',
    detail: `The ${what} has ${bytes} bytes as it is stored; at most ${maxBytes} are taken. Keep a large ${what} elsewhere and send where it is.`,
  });
}
