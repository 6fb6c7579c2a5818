import type { Page } from 'playwright-core';

/** What stories remember of those before them. */
export interface Memory {
  /** Of the stack, without a trailing slash. */
  readonly url: string;
  /** Of the first task. */
  taskId: string;
  /** Of the task whose callback died. */
  deadId: string;
  /** Of a task that waits for its outcome from elsewhere. */
  awaitedId: string;
}

export interface Story {
  readonly name: string;
  tell(page: Page, memory: Memory): Promise<void>;
}
