import type { TaskFailure } from '../ledger/entry.ts';

/** One run of a task, as the process of the work is told of it. */
export interface Job {
  readonly taskName: string;
  readonly taskId: string;
  readonly run: number;
  /** The input as JSON; undefined where the request had none. */
  readonly inputJson: string | undefined;
  readonly resultUrl: string;
  /** Where the outcome will be told; undefined where nobody is. */
  readonly callbackUrl?: string;
}

/** Exit code of a process that ended because of an error that is not of the task that runs, or while none ran. */
export const LEFT_BEHIND_EXIT_CODE = 113;

/** From the stage to the process of the work. */
export type ToProcess = { readonly kind: 'run'; readonly job: Job } | { readonly kind: 'abort' };

/** How the work ended, as far as its process can tell. */
export type WorkEnd =
  | { readonly kind: 'completed'; readonly resultJson: string }
  | { readonly kind: 'failed'; readonly error: TaskFailure }
  | { readonly kind: 'retry'; readonly error: TaskFailure; readonly afterSeconds: number | undefined };

export type LogLevel = 'info' | 'warn' | 'error';

/** From the process to the stage. */
export type FromProcess =
  /** The process can take a job. */
  | { readonly kind: 'ready' }
  /** The module of the job's task is loaded, and its work begins. */
  | { readonly kind: 'loaded' }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly message: string; readonly fields: object }
  | {
      readonly kind: 'end';
      readonly end: WorkEnd;
      /** Whether the work left nothing behind that is still going on: no timer, no open request. */
      readonly leftNothing: boolean;
    };
