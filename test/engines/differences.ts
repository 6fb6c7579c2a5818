/** A test that does not run on an engine, because the engine differs from AWS or the test is bound to its own engine. */
export interface Difference {
  readonly engines: readonly string[];
  /** Below `test/`. */
  readonly file: string;
  /** The title of the test itself. */
  readonly test: string;
  readonly engine: string;
  readonly aws: string;
  /** Why the test is skipped. */
  readonly reason: string;
}

/** All tests that are skipped, each explained. `docs/reliability.md` shows this list; `npm run test:engines` writes it. */
export const DIFFERENCES: readonly Difference[] = [
  {
    engines: ['moto', 'ministack', 'ElasticMQ'],
    file: 'lambda/queue/queue.test.ts',
    test: 'sends ten at once and tells which of them are stored',
    engine: 'ignores the MaximumMessageSize of a queue, and stores the message that is too large',
    aws: 'refuses that one entry of SendMessageBatch, and stores the others',
    reason: 'the test needs an entry that is refused',
  },
  {
    engines: ['moto', 'ministack'],
    file: 'lambda/authorize/handler.test.ts',
    test: 'fails where the keys are out of reach: a fault is never a yes',
    engine: 'continues to run, because all tests share it',
    aws: 'may be out of reach',
    reason: 'the test stops its own engine',
  },
];
