import { setTimeout as delay } from 'node:timers/promises';
import type { Receiver } from './receiver.ts';
import { type SeenTask, type TaskTrace, traceOf } from './steps.ts';
import type { TracedStack } from './traced-stack.ts';

const COMES_WITHIN_MS = 10_000;
/** After its callback the attempt is still recorded. */
const RECORDED_WITHIN_MS = 1_000;

/** Sends one task that does next to no work, waits for its callback, and until the stack is idle again. */
export async function oneTask(
  stack: TracedStack,
  receiver: Receiver,
): Promise<{ readonly totalMs: number; readonly trace: TaskTrace | undefined }> {
  stack.takeCalls();
  const coming = receiver.next(COMES_WITHIN_MS);
  const sentMs = performance.now();
  const response = await fetch(`${stack.url}/api/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ task_name: 'generate-report', callback_url: receiver.url }),
  });
  const accepted = (await response.json()) as { readonly task_id?: string };
  const acceptedMs = performance.now();
  if (response.status !== 202) throw new Error(`a task was answered ${response.status}, 202 was expected`);

  const { taskId, atMs } = await coming;
  if (taskId !== accepted.task_id)
    throw new Error(`the callback of ${taskId} came, ${accepted.task_id}'s was expected`);
  const calls = await callsOnceRecorded(stack);
  const seen: SeenTask = {
    sentMs: performance.timeOrigin + sentMs,
    acceptedMs: performance.timeOrigin + acceptedMs,
    receivedMs: performance.timeOrigin + atMs,
  };
  return { totalMs: atMs - sentMs, trace: traceOf(seen, calls) };
}

async function callsOnceRecorded(stack: TracedStack) {
  const calls = stack.takeCalls();
  const untilMs = performance.now() + RECORDED_WITHIN_MS;
  const isRecorded = () =>
    calls.some(({ caller, name }) => /Deliver/.test(caller) && /UpdateItem$/.test(name));
  while (!isRecorded() && performance.now() < untilMs) {
    await delay(2);
    calls.push(...stack.takeCalls());
  }
  return calls;
}
