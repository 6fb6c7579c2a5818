/**
 * Program: how long a callback takes on the idle local stack, from the sending of `POST /api/tasks` to its receipt in
 * another process, and where the time goes. One task at a time, on `npm start` as it is.
 */
import { availableParallelism, loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { mulberry32 } from '../mulberry32.ts';
import { benchOptions, benchResult, tell } from '../result.ts';
import { quantile, spread } from '../statistics.ts';
import { rowsOf, TARGETS } from '../targets.ts';
import { oneTask } from './one-task.ts';
import { startReceiver } from './receiver.ts';
import { atRank, durationOf, STEPS, sharesOf, type TaskTrace } from './steps.ts';
import { startTracedStack } from './traced-stack.ts';

const WARM_UP = 50;
const TASKS = 600;
const QUICK_TASKS = 100;
/** Between two tasks: the stack is idle, and not always in the same beat. */
const PAUSE_MS = { min: 10, max: 70 };

const { isQuick, jsonFile } = benchOptions(process.argv.slice(2));
const random = mulberry32(1);
const tasks = isQuick ? QUICK_TASKS : TASKS;
const totals: number[] = [];
const traces: TaskTrace[] = [];
/** This process has next to nothing to do: what holds it up are others on the machine. */
const lateness = monitorEventLoopDelay({ resolution: 5 });
const receiver = await startReceiver();
const stack = await startTracedStack();
try {
  for (let task = -WARM_UP; task < tasks; task += 1) {
    if (task === 0) lateness.enable();
    const { totalMs, trace } = await oneTask(stack, receiver);
    if (task >= 0) totals.push(totalMs);
    if (task >= 0 && trace !== undefined) traces.push(trace);
    if (task >= 0 && (task + 1) % 100 === 0) process.stderr.write(`\rlatency: ${task + 1} of ${tasks} tasks`);
    await delay(PAUSE_MS.min + random() * (PAUSE_MS.max - PAUSE_MS.min));
  }
} finally {
  lateness.disable();
  process.stderr.write('\n');
  await stack.stop();
  receiver.stop();
}

const tenth = (value: number) => Math.round(value * 10) / 10;
const figures = {
  p50: tenth(quantile(totals, 0.5)),
  p90: tenth(quantile(totals, 0.9)),
  p99: tenth(quantile(totals, 0.99)),
  highest: tenth(quantile(totals, 1)),
};
const rows = rowsOf(TARGETS.latency, {
  'callback latency on the idle local stack, submit to receipt, p50': {
    figure: figures.p50,
    spread: `${spread(totals)} ms`,
  },
  'callback latency on the idle local stack, submit to receipt, p99': {
    figure: figures.p99,
    spread: `p90 ${figures.p90} ms, highest ${figures.highest} ms`,
  },
});
const shares = sharesOf(traces);
const steps = STEPS.map((name, index) => ({
  name,
  p50Ms: tenth(
    quantile(
      traces.map((trace) => durationOf(trace.steps[index])),
      0.5,
    ),
  ),
  p99Ms: tenth(
    quantile(
      traces.map((trace) => durationOf(trace.steps[index])),
      0.99,
    ),
  ),
  percent: shares[index]?.percent ?? 0,
}));
const dearest = steps.toSorted((a, b) => b.percent - a.percent).slice(0, 3);
const notes = [
  `${tasks} tasks (generate-report without rows) one at a time after ${WARM_UP} for warming up, ${PAUSE_MS.min} to ${PAUSE_MS.max} ms apart; \`npm start\` in a process of its own, its state on this machine's disk; sender and receiver are one other process.`,
  `Steps are told by the times at which the stack's own servers (the embedded engines) were asked and had answered; ${totals.length - traces.length} tasks went another way and have none. Hence each queue's wait includes the hand-over to the function and what it does before its first call.`,
  `The machine's load average was ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores at the end, and timers of the measuring process, which has next to nothing to do, were up to ${Math.round(lateness.max / 1e6)} ms late (p99 ${Math.round(lateness.percentile(99) / 1e6)} ms): what others do on the machine is in the slowest tasks.`,
  `Most of the time: ${dearest.map(({ name, percent }) => `${name} (${percent} %)`).join(', ')}.`,
];
tell(
  benchResult('latency', rows, notes, {
    tasks,
    acceptedP50Ms: tenth(
      quantile(
        traces.map(({ acceptedMs }) => acceptedMs),
        0.5,
      ),
    ),
    steps,
    median: atRank(traces, 0.5),
    p99: atRank(traces, 0.99),
  }),
  jsonFile,
);
