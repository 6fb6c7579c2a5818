import type { CallbackFormat } from '../../lambda/contract/formats.ts';

/** What a task's definition states, as data: for the construct's checks, the console and `doctor`. */
export interface TaskSummary {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Absolute path of the task file. */
  readonly file: string;
  readonly external: boolean;
  /** Undefined if the definition sets no timeout. */
  readonly timeoutSeconds?: number;
  readonly callbackUrl?: string;
  readonly callbackFormat?: CallbackFormat;
  /** JSON Schema of the input. Undefined if the schema cannot be written as one. */
  readonly inputSchema?: object;
}
