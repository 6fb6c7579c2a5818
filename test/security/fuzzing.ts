import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { expect } from 'vitest';

/** What is drawn is the same at every run, unless `FUZZ_SEED` names another seed. */
export const FUZZ_SEED = Number(process.env.FUZZ_SEED ?? 20_251_124);

/** `FUZZ_FACTOR=20` draws twenty times as much; so does `npm run test:long`. */
export const times = (count: number) => Math.ceil(count * Number(process.env.FUZZ_FACTOR ?? 1));

/** Lambda hands on answers of up to 6 MB; ours stay far below, whatever is asked. */
const LARGEST_ANSWER_BYTES = 64 * 1024;

const PROBLEM_STATUSES = [400, 401, 404, 409, 413, 415, 422];

/** Fails where an answer is not what this API may answer to any request whatever. */
export function expectOrderly(
  { statusCode = 0, headers = {}, body = '' }: APIGatewayProxyStructuredResultV2,
  good: number,
): void {
  expect(Buffer.byteLength(body)).toBeLessThan(LARGEST_ANSWER_BYTES);
  const answer = JSON.parse(body);
  if (statusCode === good) {
    expect(headers['content-type']).toBe('application/json');
    return;
  }
  expect(PROBLEM_STATUSES).toContain(statusCode);
  expect(headers['content-type']).toBe('application/problem+json');
  expectProblem(answer, statusCode);
}

/** RFC 9457's fields, and `issues` where there are any. */
export function expectProblem(problem: Record<string, unknown>, status: number): void {
  const { issues, ...fields } = problem;
  expect(fields).toEqual({
    type: 'about:blank',
    status,
    title: expect.any(String),
    detail: expect.stringMatching(/./),
  });
  if (issues === undefined) return;
  expect(issues).toEqual(
    (issues as unknown[]).map(() => ({ path: expect.any(String), message: expect.stringMatching(/./) })),
  );
}

/** Counts answers by their status, for the line that a fuzzing test prints. */
export class Tally {
  readonly #counts = new Map<string | number, number>();

  add(what: string | number): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  toString(): string {
    const parts = [...this.#counts].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    return parts.map(([what, count]) => `${what}: ${count}`).join(', ');
  }
}

/** Hears of promises that nobody waited for. Vitest fails for them too, but without a word on which test it was. */
export class UnhandledRejections {
  readonly reasons: unknown[] = [];
  readonly #hear = (reason: unknown) => this.reasons.push(reason);

  constructor() {
    process.on('unhandledRejection', this.#hear);
  }

  stop(): void {
    process.off('unhandledRejection', this.#hear);
  }
}

/** Bytes of the heap that are in use once the garbage is gone. */
export function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

export const inMiB = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
