import type { FailureStatus } from '../../contract/states.ts';

/** A settled task, as far as its callback reports it. */
export interface SettledTask {
  readonly task_id: string;
  readonly task_name: string;
  readonly outcome:
    | { readonly status: 'completed'; readonly completed_at_ms: number }
    | {
        readonly status: FailureStatus;
        readonly completed_at_ms: number;
        readonly error: { readonly type: string; readonly message: string };
      };
  /** The result as JSON; only if the outcome is `completed`. */
  readonly resultJson?: string | undefined;
  /** Where the client that submitted the task can fetch its result. */
  readonly resultUrl: string;
}

/** A callback in one format. The same at every attempt: nothing in it depends on when it is sent. */
export interface WrittenCallback {
  readonly contentType: string;
  readonly body: string;
  /** How the task ended, in the format's own word, for `x-task-status`. */
  readonly statusWord: string;
  /** Headers in addition to those of every callback. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type FormatWriter = (task: SettledTask) => WrittenCallback;
