import type { CallbackFormat } from '../environment.ts';
import type { Outcome } from '../ledger/entry.ts';
import { beamV1Format } from './formats/beam-v1.ts';
import { beamV2Format } from './formats/beam-v2.ts';
import { jobFormat } from './formats/job.ts';
import { standardFormat } from './formats/standard.ts';
import { taskFormat } from './formats/task.ts';

export type { CallbackFormat };

/** A settled task, as far as its callback tells of it. */
export interface SettledTask {
  readonly task_id: string;
  readonly task_name: string;
  readonly outcome: Outcome;
  /** The result as JSON; only where the outcome is `completed`. */
  readonly resultJson?: string | undefined;
  /** Where the client that submitted the task can fetch its result. */
  readonly resultUrl: string;
}

/** A callback as a dialect writes it. The same at every attempt: nothing in it depends on when it is sent. */
export interface WrittenCallback {
  readonly contentType: string;
  readonly body: string;
  /** How the task ended, in the dialect's own word, for `x-task-status`. */
  readonly statusWord: string;
  /** What the dialect has besides the headers of every callback. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type DialectWriter = (task: SettledTask) => WrittenCallback;

const WRITERS: Readonly<Record<CallbackFormat, DialectWriter>> = {
  task: taskFormat,
  job: jobFormat,
  'beam-v1': beamV1Format,
  'beam-v2': beamV2Format,
  standard: standardFormat,
};

/** Writes the callback of a settled task in one of the dialects. */
export function writeCallback(format: CallbackFormat, task: SettledTask): WrittenCallback {
  return WRITERS[format](task);
}
