import { METRICS } from '../lambda/contract/metrics.ts';
import type { HeardStep } from '../ops/time-line/moment.ts';

/** A step of a task, as its function has logged it. */
export interface LoggedStep extends HeardStep {
  readonly taskId: string;
  /** Whether the attempt at its callback did; undefined where none was made. */
  readonly succeeded?: boolean;
}

/** What is older is forgotten, and the oldest where there are more than so many. */
const KEPT_MS = 30 * 60_000;
const MOST_KEPT = 50_000;

/** The steps that functions have logged of late; local charts and time lines are made of them. */
export class LogMemory {
  readonly sinceMs: number;
  #steps: LoggedStep[] = [];

  /** @param nowMs when it begins to listen */
  constructor(nowMs: number) {
    this.sinceMs = nowMs;
  }

  /** Takes a line of any function's log; what tells no step of a task is passed over. */
  hear(line: string, nowMs: number): void {
    const step = stepOf(line, nowMs);
    if (step === undefined) return;
    this.#steps.push(step);
    const [oldest] = this.#steps;
    // Not at each line: what is dropped is moved.
    if (this.#steps.length > MOST_KEPT * 1.1 || (oldest !== undefined && oldest.atMs < nowMs - 2 * KEPT_MS)) {
      this.#steps = this.steps(nowMs).slice(-MOST_KEPT);
    }
  }

  /** Oldest first. */
  steps(nowMs: number): LoggedStep[] {
    return this.#steps.filter(({ atMs }) => atMs >= nowMs - KEPT_MS);
  }

  /** Of one task. */
  of(taskId: string): LoggedStep[] {
    return this.#steps.filter((step) => step.taskId === taskId);
  }
}

function stepOf(line: string, nowMs: number): LoggedStep | undefined {
  if (!line.startsWith('{') || !line.includes('"step"')) return undefined;
  try {
    const fields: Record<string, unknown> = JSON.parse(line);
    const { step, task_id, timestamp, run, reason, next_run_at, [METRICS.callbackSuccess]: success } = fields;
    if (typeof step !== 'string' || typeof task_id !== 'string') return undefined;
    const atMs = Date.parse(String(timestamp));
    return {
      atMs: Number.isNaN(atMs) ? nowMs : atMs,
      step,
      taskId: task_id,
      ...(typeof success === 'number' && { succeeded: success === 1 }),
      ...(typeof run === 'number' && { run }),
      ...(typeof reason === 'string' && { reason }),
      ...(typeof next_run_at === 'string' && { nextRunAt: next_run_at }),
    };
  } catch {
    return undefined;
  }
}
