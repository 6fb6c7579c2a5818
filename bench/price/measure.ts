import type { FunctionDescription } from '../../local/app-description.ts';
import { median, quantile } from '../statistics.ts';
import type { StubEngine } from '../stub-engine/start.ts';
import { type FunctionProcess, startFunction } from './function-process.ts';
import type { FromHost } from './host-protocol.ts';
import { logBytes } from './log-bytes.ts';
import type { Usage } from './usage.ts';

/** Lambda gives one vCPU for each 1,769 MB. */
const MB_OF_A_VCPU = 1_769;

/** What a stage takes for one task, and what that rests on. */
export interface Measured {
  readonly usage: Usage;
  /** AWS's operations, calls for each task. */
  readonly calls: Readonly<Record<string, number>>;
  readonly tasksPerInvocation: number;
  /** Of an invocation: waiting for others, CPU time of a whole vCPU, and what Lambda bills at the function's memory. */
  readonly waitingMs: number;
  readonly cpuMs: number;
  readonly billedMs: number;
  /** One line of each step, as it was logged. */
  readonly lines: readonly string[];
}

export interface StageRun {
  readonly fn: FunctionDescription;
  readonly awsUrl: string;
  readonly stub: StubEngine;
  /** Invocations that only warm the process up, and those that count. */
  readonly warmUps: number;
  readonly invocations: number;
  /** Hands the function its next event; tells of how many tasks. */
  readonly next: (
    invoke: FunctionProcess['invoke'],
  ) => Promise<{ readonly tasks: number; readonly told: FromHost }>;
}

/** Invokes a stage's function one time after the other, and reckons what each task of it takes. */
export async function measureStage({
  fn,
  awsUrl,
  stub,
  warmUps,
  invocations,
  next,
}: StageRun): Promise<Measured> {
  const process = startFunction(fn, awsUrl);
  try {
    let last: FromHost | undefined;
    for (let nth = 0; nth < warmUps; nth += 1) last = (await next(process.invoke)).told;
    process.takeLines();
    await stub.resetCounts();
    const childrenBeforeMs = last?.childrenCpuMs ?? 0;

    const ends: FromHost[] = [];
    let tasks = 0;
    for (let nth = 0; nth < invocations; nth += 1) {
      const { tasks: more, told } = await next(process.invoke);
      tasks += more;
      ends.push(told);
    }
    const counts = await stub.counts();
    const lines = process.takeLines();

    const childrenCpuMs = ((ends.at(-1)?.childrenCpuMs ?? 0) - childrenBeforeMs) / invocations;
    const cpuMs = median(ends.map((end) => end.cpuMs)) + childrenCpuMs;
    // Children work while the function waits for them.
    const waitedMs = ends.map((end) => end.wallMs - end.cpuMs - childrenCpuMs);
    // What is waited for takes the same each time: the rest is waiting for this machine's processor.
    const waitingMs = Math.max(0, quantile(waitedMs, 0.1));
    const billedMs = Math.ceil(
      waitingMs + (cpuMs * MB_OF_A_VCPU) / Math.min(fn.memoryMegabytes, MB_OF_A_VCPU),
    );

    const each = (count: number) => count / tasks;
    const sqs = Object.entries(counts.calls).filter(([operation]) => operation.startsWith('SQS.'));
    return {
      usage: {
        apiRequests: 0,
        sqsRequests: each(sqs.reduce((sum, [, calls]) => sum + calls, 0)),
        writeUnits: each(counts.writeUnits),
        readUnits: each(counts.readUnits),
        lambdaRequests: each(invocations),
        gbSeconds: each(invocations * (billedMs / 1_000) * (fn.memoryMegabytes / 1_024)),
        logBytes: each(logBytes(lines)),
      },
      calls: Object.fromEntries(
        Object.entries(counts.calls).map(([operation, calls]) => [operation, each(calls)]),
      ),
      tasksPerInvocation: tasks / invocations,
      waitingMs,
      cpuMs,
      billedMs,
      lines: oneOfEach(lines),
    };
  } finally {
    await process.stop();
  }
}

function oneOfEach(lines: readonly string[]): string[] {
  const steps = new Map(lines.map((line) => [JSON.parse(line).step ?? JSON.parse(line).message, line]));
  return [...steps.values()];
}
