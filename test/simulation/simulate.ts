import { parseArgs } from 'node:util';
import { keyedTaskId } from './clients.ts';
import { reportOf } from './report.ts';
import { simulate } from './simulation.ts';
import { parseSchedule, STORIES, tell } from './stories.ts';

const USAGE = `npm run simulate -- [--seed 7] [--seeds 1] [--tasks 1000] [--trace TASK_ID]
  --seed    the first seed, a whole number; default 1
  --seeds   how many seeds are simulated, one after the other; default 1
  --tasks   how many clients submit something in each; default 1000
  --trace   tells everything that befell this task

npm run simulate -- --schedule 'runs again: 4 throttled'
  tells one of the small stories, with faults at these I/O steps`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    tasks: { type: 'string', default: '1000' },
    trace: { type: 'string' },
    schedule: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
if (values.schedule !== undefined) {
  const schedule = parseSchedule(values.schedule);
  if (schedule === undefined) {
    const known = STORIES.map(({ name }) => `  ${name}`).join('\n');
    console.error(`${JSON.stringify(values.schedule)} names none of the stories:\n${known}`);
    process.exit(2);
  }
  const traced = { taskId: keyedTaskId(1), tell: (line: string) => console.log(line) };
  const { violations } = await tell(schedule.story, schedule.script, traced);
  console.log(`violations: ${violations.length}`);
  process.exit(violations.length > 0 ? 1 : 0);
}
const [seed = 1, seeds = 1, tasks = 1] = [values.seed, values.seeds, values.tasks].map(Number);
if (![seed, seeds, tasks].every((number) => Number.isSafeInteger(number) && number >= 0)) {
  console.error(`--seed, --seeds and --tasks take whole numbers\n\n${USAGE}`);
  process.exit(2);
}

let violated = false;
for (let each = seed; each < seed + seeds; each += 1) {
  const startedMs = performance.now();
  const result = await simulate({
    seed: each,
    tasks,
    ...(values.trace !== undefined && {
      traced: { taskId: values.trace, tell: (line) => console.log(line) },
    }),
  });
  console.log(reportOf(result, performance.now() - startedMs));
  violated ||= result.violations.length > 0;
}
process.exitCode = violated ? 1 : 0;
