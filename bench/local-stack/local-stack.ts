import { machine } from '../machine.ts';
import { comparisonOf, type Figures, medianOf, tableOf } from './figures.ts';
import { measureCheckout } from './measure-checkout.ts';
import { type Options, parseOptions, USAGE } from './options.ts';

/** Progress goes to stderr, the table or JSON to stdout. */
async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (process.platform !== 'linux') throw new Error('This bench needs Linux: it reads memory from /proc.');
  const { checkout, before } = options;
  const [beforeRounds, rounds]: [Figures[], Figures[]] = [[], []];
  for (let round = 1; round <= options.rounds; round++) {
    // In turn, so that what else the machine does befalls both alike.
    if (before !== undefined) beforeRounds.push(await measured('before', before, round, options));
    rounds.push(await measured('after', checkout, round, options));
  }
  const after = medianOf(rounds);
  if (options.json) {
    const result = {
      machine: machine(),
      tasks: options.tasks,
      clients: options.clients,
      ...(before !== undefined && { before: medianOf(beforeRounds), before_rounds: beforeRounds }),
      after,
      after_rounds: rounds,
    };
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  const table = before === undefined ? tableOf(after) : comparisonOf(medianOf(beforeRounds), after);
  process.stdout.write(
    `${options.tasks} tasks by ${options.clients} clients, ${options.rounds} round(s)\n\n${table}\n`,
  );
}

async function measured(
  name: string,
  checkout: string,
  round: number,
  { tasks, clients }: Options,
): Promise<Figures> {
  const figures = await measureCheckout({ checkout, tasks, clients });
  const { tasksPerSecond, peakMb, consoleP95Ms } = figures;
  process.stderr.write(
    `${name.padEnd(6)} round ${round}: ${tasksPerSecond.toFixed(1)} tasks/s, peak ${peakMb.toFixed(0)} MB, console p95 ${consoleP95Ms.toFixed(0)} ms\n`,
  );
  return figures;
}

try {
  await main();
} catch (error) {
  const isUsage = error instanceof RangeError || error instanceof TypeError;
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${isUsage ? `\n${USAGE}` : ''}`);
  process.exitCode = isUsage ? 2 : 1;
}
