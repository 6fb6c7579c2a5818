/** Where an engine differs from AWS, or a test is bound to its own engine. */
export interface Difference {
  readonly engine: string;
  /** What the engine does. */
  readonly does: string;
  /** What AWS does. */
  readonly aws: string;
  /** What follows for the suite: why a test is skipped, or how the suite gets along with it. */
  readonly consequence: string;
  /** The test that is skipped; undefined if none is. */
  readonly skipped?: {
    /** Below `test/`. */
    readonly file: string;
    /** The title of the test itself. */
    readonly title: string;
  };
}

const TOO_LARGE_ENTRY = {
  aws: 'refuses this entry of `SendMessageBatch`, and stores the others',
  consequence: 'skipped: the test needs an entry that is refused',
  skipped: {
    file: 'lambda/queue/queue.test.ts',
    title: 'sends ten at once and tells which of them are stored',
  },
} as const;

const SHARED_ENGINE = {
  does: 'continues to run, because all tests share it',
  aws: 'may be out of reach',
  consequence: 'skipped: the test stops its own engine',
  skipped: {
    file: 'lambda/authorize/handler.test.ts',
    title: 'fails where the keys are out of reach: a fault is never a yes',
  },
} as const;

const NO_NATIVE_REDRIVE = {
  does: 'does not have `StartMessageMoveTask`',
  aws: 'moves dead letters by it, which is the button of its console',
  consequence: 'accepted: the trial redrives by `ops dlq redrive` in both rounds',
} as const;

/** All differences that the suite has met. `docs/reliability.md` shows this list. */
export const DIFFERENCES: readonly Difference[] = [
  {
    engine: 'moto',
    does: 'stores an entry of a batch that exceeds the `MaximumMessageSize` of its queue',
    ...TOO_LARGE_ENTRY,
  },
  {
    engine: 'ministack',
    does: 'does not count the attributes of a message towards `MaximumMessageSize`',
    ...TOO_LARGE_ENTRY,
  },
  { engine: 'ElasticMQ', does: 'ignores the `MaximumMessageSize` of a queue', ...TOO_LARGE_ENTRY },
  { engine: 'moto', ...SHARED_ENGINE },
  { engine: 'ministack', ...SHARED_ENGINE },
  {
    engine: 'moto',
    does: 'checks the condition of a write and writes in two steps, without a lock: of ten completions at the same time, several may win',
    aws: 'does both in one step',
    consequence:
      'accepted: moto’s DynamoDB is served by one thread, in a process of its own (`test/engines/tools/serve-moto.py`)',
  },
  { engine: 'moto', ...NO_NATIVE_REDRIVE },
  { engine: 'ministack', ...NO_NATIVE_REDRIVE },
  {
    engine: 'ElasticMQ',
    does: 'is an SQS only',
    aws: 'has DynamoDB, too',
    consequence: 'accepted: the ledger is in the embedded DynamoDB',
  },
];
