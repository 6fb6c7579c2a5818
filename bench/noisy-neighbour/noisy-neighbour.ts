/** `npm run bench:neighbour`: what one host that hangs costs the callbacks of nine that are well. See `--help`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startLocalStack } from '../../local/local-stack.ts';
import { parsedFor } from '../../local/options.ts';
import { synthesize } from '../../local/synthesize.ts';
import { UsageError } from '../../local/user-error.ts';
import { type Measurement, measure, percentile, warmUp } from './measure.ts';

const TARGET_RATIO = 1.5;
const DEFAULTS = { rate: 10, seconds: 300, rounds: 1 };

const HELP = `Measures what one host that hangs costs the callbacks of nine that are well, on the local stack.

  npm run bench:neighbour -- [options]

      --rate N       tasks a second, a tenth of them for each host, 1 to 100 (default: ${DEFAULTS.rate})
      --seconds N    length of each measurement, 10 to 3600 (default: ${DEFAULTS.seconds})
      --rounds N     measurements of each kind, in turn, 1 to 10 (default: ${DEFAULTS.rounds})
  -h, --help         show this

  Each measurement has a stack of its own, whose functions are started and know of none of the ten hosts: what the
  breakers have to learn, they learn within the measured time. Latency is from when the outcome was stored to when the receiver had the callback.
  Exit code: 0 the nine hosts' p99 is at most ${TARGET_RATIO} times that without the tenth, 1 it is more, 2 not understood
`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    return await bench(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}

async function bench(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  const { rate, seconds, rounds } = options;
  const brokenOff = new AbortController();
  process.on('SIGINT', () => brokenOff.abort(new Error('broken off')));
  const directory = mkdtempSync(join(tmpdir(), 'callback-completion-neighbour-'));
  try {
    const assemblyDirectory = join(directory, 'cdk.out');
    const context = { allowedCallbackCidrs: '127.0.0.0/8,::1/128' };
    await synthesize({ directory: assemblyDirectory, context, signal: brokenOff.signal });
    console.log(
      `${rate} tasks a second for ${seconds} s, ten hosts; ${availableParallelism()} cores. ` +
        'Latency: outcome stored → received, of the nine hosts that are well.\n',
    );
    console.log('| tenth host | callbacks | p50 | p90 | p99 | slowest | missing | attempts at the tenth |');
    console.log('|---|---:|---:|---:|---:|---:|---:|---:|');
    const all: Record<'well' | 'hangs', number[]> = { well: [], hangs: [] };
    for (let round = 1; round <= rounds; round += 1) {
      for (const tenth of ['well', 'hangs'] as const) {
        const state = join(directory, `${tenth}-${round}`);
        const measurement = await measureOnce(
          { assemblyDirectory, state, tenth, rate, seconds },
          brokenOff.signal,
        );
        console.log(row(tenth, measurement));
        all[tenth].push(...measurement.latenciesMs);
        if (measurement.missing > 0)
          all[tenth].push(...Array(measurement.missing).fill(Number.POSITIVE_INFINITY));
      }
    }
    return judge(all);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function judge({ well, hangs }: Readonly<Record<'well' | 'hangs', readonly number[]>>): number {
  const p99Of = (latencies: readonly number[]) =>
    percentile(
      latencies.toSorted((a, b) => a - b),
      0.99,
    );
  const ratio = p99Of(hangs) / p99Of(well);
  const within = ratio <= TARGET_RATIO;
  console.log(
    `\np99 with a host that hangs: ${ratio.toFixed(2)} × that without; at most ${TARGET_RATIO} × is wanted: ${within ? 'kept' : 'missed'}`,
  );
  return within ? 0 : 1;
}

interface Once {
  readonly assemblyDirectory: string;
  readonly state: string;
  readonly tenth: 'well' | 'hangs';
  readonly rate: number;
  readonly seconds: number;
}

async function measureOnce(
  { assemblyDirectory, state, tenth, rate, seconds }: Once,
  signal: AbortSignal,
): Promise<Measurement> {
  const stack = await startLocalStack({ assemblyDirectory, state });
  try {
    await warmUp(stack.url, signal);
    return await measure({ apiUrl: stack.url, ratePerSecond: rate, seconds, tenth, signal });
  } finally {
    await stack.stop();
  }
}

function row(tenth: string, { latenciesMs, missing, attemptsAtTenth }: Measurement): string {
  const shares = [0.5, 0.9, 0.99, 1].map((share) => `${percentile(latenciesMs, share)} ms`);
  return `| ${[tenth, latenciesMs.length, ...shares, missing, attemptsAtTenth].join(' | ')} |`;
}

function parseOptions(args: readonly string[]) {
  const values = parse(args);
  if (values.help === true) return undefined;
  return {
    rate: wholeNumber('rate', values.rate, { min: 1, max: 100 }),
    seconds: wholeNumber('seconds', values.seconds, { min: 10, max: 3_600 }),
    rounds: wholeNumber('rounds', values.rounds, { min: 1, max: 10 }),
  };
}

function parse(args: readonly string[]) {
  return parsedFor(
    'npm run bench:neighbour',
    () =>
      parseArgs({
        args: [...args],
        options: {
          rate: { type: 'string' },
          seconds: { type: 'string' },
          rounds: { type: 'string' },
          help: { type: 'boolean', short: 'h' },
        },
      }).values,
  );
}

function wholeNumber(
  option: keyof typeof DEFAULTS,
  text: string | undefined,
  { min, max }: { min: number; max: number },
): number {
  if (text === undefined) return DEFAULTS[option];
  const given = Number(text);
  if (/^\d{1,5}$/.test(text) && given >= min && given <= max) return given;
  throw new UsageError(`--${option} is ${text}; it must be a whole number from ${min} to ${max}.`);
}
