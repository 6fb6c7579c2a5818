import type { TracedCall } from './trace.ts';

/** The way of one task, in order: each step begins where the one before it ends. */
export const STEPS = [
  'submit: to its first write',
  'submit: ledger write',
  'submit: message',
  'tasks queue',
  'run: claim',
  'run: work',
  'run: outcome',
  'run: message',
  'callbacks queue',
  'deliver: read',
  'deliver: post',
] as const;
export type StepName = (typeof STEPS)[number];

/** A task as its sender and its receiver saw it, in epoch milliseconds. */
export interface SeenTask {
  readonly sentMs: number;
  /** When its 202 was there. */
  readonly acceptedMs: number;
  /** When its callback was there. */
  readonly receivedMs: number;
}

/** In milliseconds from the sending of its request on. */
export interface TaskTrace {
  readonly totalMs: number;
  readonly acceptedMs: number;
  readonly steps: readonly { readonly name: StepName; readonly fromMs: number; readonly toMs: number }[];
}

/**
 * The steps of a task that was alone on its way, of what the stack's servers answered meanwhile.
 *
 * @returns undefined where a call is missing, as when a task took another way
 */
export function traceOf(
  { sentMs, acceptedMs, receivedMs }: SeenTask,
  calls: readonly TracedCall[],
): TaskTrace | undefined {
  const by = (stage: string, operation: RegExp) => {
    const own = calls.filter(({ caller, name }) => caller.includes(stage) && operation.test(name));
    return own.toSorted((a, b) => a.beganMs - b.beganMs);
  };
  const [created] = by('Submit', /\.PutItem$/);
  const [tasksMessage] = by('Submit', /\.SendMessage/);
  const [claimed, completed] = by('Run', /\.UpdateItem$/);
  const [callbackMessage] = by('Run', /\.SendMessage/);
  const [read] = by('Deliver', /\.(Batch)?GetItem$/);
  if (!(created && tasksMessage && claimed && completed && callbackMessage && read)) return undefined;

  const ends = [
    created.beganMs,
    created.endedMs,
    // A poller may have the message before its sender has the answer.
    Math.min(tasksMessage.endedMs, claimed.beganMs),
    claimed.beganMs,
    claimed.endedMs,
    completed.beganMs,
    completed.endedMs,
    Math.min(callbackMessage.endedMs, read.beganMs),
    read.beganMs,
    read.endedMs,
    receivedMs,
  ];
  return {
    totalMs: rounded(receivedMs - sentMs),
    acceptedMs: rounded(acceptedMs - sentMs),
    steps: STEPS.map((name, index) => ({
      name,
      fromMs: rounded((ends[index - 1] ?? sentMs) - sentMs),
      toMs: rounded((ends[index] ?? receivedMs) - sentMs),
    })),
  };
}

/** What a step takes of all tasks' time together, in percent: they add up to 100. */
export function sharesOf(
  traces: readonly TaskTrace[],
): { readonly name: StepName; readonly percent: number }[] {
  const allMs = traces.reduce((sum, { totalMs }) => sum + totalMs, 0);
  return STEPS.map((name, index) => {
    const stepMs = traces.reduce((sum, { steps }) => sum + durationOf(steps[index]), 0);
    return { name, percent: rounded((stepMs / allMs) * 100, 10) };
  });
}

export function durationOf(step: { fromMs: number; toMs: number } | undefined): number {
  return step === undefined ? 0 : step.toMs - step.fromMs;
}

/** The task that a share of all tasks were not slower than. */
export function atRank(traces: readonly TaskTrace[], share: number): TaskTrace | undefined {
  const sorted = traces.toSorted((a, b) => a.totalMs - b.totalMs);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

function rounded(value: number, parts = 100): number {
  return Math.round(value * parts) / parts;
}
