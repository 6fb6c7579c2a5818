import type { Key } from '../lambda/ledger/keys.ts';
import type { ScannedPage, StateFilter } from '../ops/entries.ts';
import type { LifeSettings, Pipeline } from '../ops/pipeline.ts';
import type { Target } from '../ops/target.ts';
import type { HeardStep } from '../ops/time-line/moment.ts';
import type { About, Charts, SubmitAnswer, SubmitRequest } from './api-types.ts';
import type { RememberedSettings } from './remembered.ts';

/** What the console works on: a stack, and what can be known of it where it runs. */
export interface Desk {
  readonly target: Target;
  readonly about: About;
  /** @throws Fault where the stack does not tell what is needed */
  pipeline(): Pipeline;
  /** @throws Fault where the stack does not tell what is needed */
  life(): LifeSettings;
  /** So many items of the ledger are read for one answer at most; on AWS each is paid for. */
  readonly itemsRead: number;
  /** Whether tasks are counted by reading the ledger, as far as that goes. */
  readonly countsTasks: boolean;
  /** How long an answer that costs something is given again. */
  readonly remembering: Omit<RememberedSettings, 'now'>;
  /**
   * Reads the ledger page by page; each page may be a few seconds old.
   *
   * @param from where to begin; undefined: at the table's beginning
   */
  entryPages(states: StateFilter, from?: Key): AsyncIterable<ScannedPage>;
  charts(): Promise<Charts>;
  /** Tells the desk how many letters there are, where it makes a chart of that itself. */
  noteDeadLetters(count: number): void;
  /** What was heard of a task in its log, oldest first. */
  heard(taskId: string): readonly HeardStep[];
  /** In seconds; null where it is not known. */
  oldestAge(queue: 'tasks' | 'callbacks' | 'dead_letters'): Promise<number | null>;
  /** @param interrupted nobody waits for the answer any more */
  submit(request: SubmitRequest, interrupted: AbortSignal): Promise<SubmitAnswer>;
  /** Lets go of its connections. */
  stop(): void;
}
