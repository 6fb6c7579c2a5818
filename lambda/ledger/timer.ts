/** "Send a message for this task at that time." Kept in the ledger until the message is sent. */
export interface Timer {
  readonly at_ms: number;
  readonly queue: 'tasks' | 'callbacks';
  readonly task_id: string;
  readonly generation: number;
  /** The fair-queue group of the message: the client of a task, the host of a callback. */
  readonly group: string;
}
