import {
  BYTES_TO_A_HANGING_HOST,
  CPU,
  DEAD,
  DELIVER,
  HOUR_MS,
  IN_FLIGHT_PLACES,
  LATENCY,
  LIVE,
  MINUTE_MS,
  WAKE,
} from './assumptions.ts';
import { clockText } from './measures.ts';
import { DOLLARS, USAGE_ITEMS, type UsageItem, writeUnitsOf } from './prices.ts';
import { PRODUCT } from './product.ts';
import type { Result } from './results.ts';
import { itemBytes, logBytes } from './sizes.ts';
import { countText, secondsText, verdicts } from './targets.ts';

/** For each item: what it is called, in how many units it is told, and how the unit is called. */
const ITEMS: Readonly<Record<UsageItem, { name: string; per: number; unit: string }>> = {
  sqsRequests: { name: 'requests to the callbacks queue', per: 1e6, unit: 'million' },
  dlqRequests: { name: 'requests to the dead-letter queue', per: 1e6, unit: 'million' },
  writeUnits: { name: 'ledger write units', per: 1e6, unit: 'million' },
  readUnits: { name: 'ledger read units', per: 1e6, unit: 'million' },
  lambdaRequests: { name: 'Lambda requests', per: 1e6, unit: 'million' },
  lambdaGbSeconds: { name: 'Lambda GB-seconds', per: 1e3, unit: 'thousand' },
  logBytes: { name: 'log bytes', per: 1e9, unit: 'GB' },
  bytesOut: { name: 'bytes to the internet', per: 1e9, unit: 'GB' },
};

type Row = readonly string[];

/** The targets, and which were reached. */
export function targetsTable(results: readonly Result[]): string {
  return table(
    ['scenario', 'what', 'target', 'measured', 'reached'],
    verdicts(results).map(({ scenario, what, target, measured, reached }) => [
      scenario,
      what,
      target,
      measured,
      reached ? 'yes' : '**no**',
    ]),
  );
}

/** docs/scale.md, whole. Every figure in it is a run's or an assumption's. */
export function reportOf(
  results: readonly Result[],
  { callbacks, seed }: { callbacks: number; seed: number },
): string {
  const arrivalHours = callbacks / DEAD.perSecond / (HOUR_MS / 1_000);
  return [
    '# A million callbacks owed to dead hosts',
    paragraph(
      `What happens to live traffic, and what does it cost, while ${countText(callbacks)} callbacks wait for hosts that`,
      'are down for longer than the three days that a callback is attempted? A simulation in virtual time tells. Its',
      'decisions are the production code itself (the schedule, the two waiting rooms, the breaker, how long it holds',
      'back); SQS, Lambda, DynamoDB and the hosts are a model, whose assumptions stand below.',
    ),
    '```\nnpm run bench:scale\n```',
    paragraph(
      `writes this page (seed ${seed}). \`--scenario hang\` plays one scenario, \`--json\` tells all figures, \`--callbacks N\``,
      'and `--seed N` change what is played.',
    ),
    '## Targets',
    targetsTable(results),
    '![In-flight places, live p99 and cost](images/scale.svg)',
    '## What was measured',
    scenariosTable(results),
    paragraph(
      'Without the breaker the run is cut off after three days, with callbacks of both kinds still in the queue; such',
      'live ones count with their age, which is less than they will have waited.',
    ),
    ...whyLiveWaited(results),
    '## What it costs',
    paragraph(
      'The difference to the same time without dead hosts. A figure below zero is no mistake: a busy queue is received',
      'from in fuller batches, which the live callbacks gain by.',
    ),
    costTable(results.filter(({ scenario }) => scenario.deadHosts !== 'none' && scenario.cutOff !== true)),
    paragraph(...whatDominates(results)),
    '## Assumptions',
    assumptions(arrivalHours),
    '## What is not in it',
    [
      '- The cost of accepting and running the tasks, and of their first message: dead or not, it is the same.',
      '- Faults of AWS, throttles, duplicates. They are simulated elsewhere, for safety and not for cost.',
      '- Storage, point-in-time recovery, alarms, the free tier, taxes and discounts.',
      '- Results too large for their entry: each attempt then takes one read more.',
    ].join('\n'),
    '',
  ].join('\n\n');
}

function scenariosTable(results: readonly Result[]): string {
  const rows: [string, (result: Result) => string][] = [
    ['in-flight places of dead hosts, at most', ({ peak }) => countText(peak.inFlightDead)],
    ['in-flight places of all, at most', ({ peak }) => countText(peak.inFlight)],
    ['messages sent with a delay, at most', ({ peak }) => countText(peak.delayed)],
    ['messages waiting to be received, at most', ({ peak }) => countText(peak.backlog)],
    ['timers in the ledger, at most', ({ peak }) => countText(peak.timers)],
    ['live: p50', ({ live }) => secondsText(live.p50Ms)],
    ['live: p99', ({ live }) => secondsText(live.p99Ms)],
    [
      'live: p99 of the worst 10 minutes, from',
      ({ live }) => `${secondsText(live.worst.highest)}, ${clockText(live.worst.atMs)}`,
    ],
    ['live: minutes with a p99 above 1.5 ×', (result) => countText(badMinutes(result, results))],
    [
      'waited after its time at most, at',
      ({ lateMs }) => `${secondsText(lateMs.highest)}, ${clockText(lateMs.atMs)}`,
    ],
    ['live: still waiting at the end', ({ live }) => countText(live.undelivered)],
    ['attempts for each callback', (result) => ofDead(result, result.attemptsPerCallback.toFixed(2))],
    ['times held back, each', (result) => ofDead(result, result.heldBackPerCallback.toFixed(2))],
    ['ended in the dead-letter queue', (result) => ofDead(result, countText(result.deadLetters))],
    [
      'SQS requests, all',
      ({ usage }) => `${((usage.sqsRequests + usage.dlqRequests) / 1e6).toFixed(1)} million`,
    ],
    ['ran for', ({ endedAtMs }) => `${(endedAtMs / HOUR_MS).toFixed(1)} h`],
  ];
  return table(
    ['', ...results.map(({ scenario }) => scenario.title)],
    rows.map(([name, tell]) => [name, ...results.map(tell)]),
  );
}

function ofDead({ callbacks }: Result, text: string): string {
  return callbacks === 0 ? '–' : text;
}

function badMinutes({ curves }: Result, results: readonly Result[]): number {
  const limitMs = 1.5 * (results[0]?.live.p99Ms ?? Number.POSITIVE_INFINITY);
  return curves.liveP99Ms.filter((p99Ms) => p99Ms > limitMs).length * (curves.windowMs / 60_000);
}

function costTable(results: readonly Result[]): string {
  const rows: Row[] = USAGE_ITEMS.map((item) => {
    const { name, per, unit } = ITEMS[item];
    return [
      `${name}, ${unit}`,
      `$${(DOLLARS[item] * per).toPrecision(3)}`,
      ...results.map(
        ({ beyondBaseline, cost }) =>
          `${(beyondBaseline[item] / per).toFixed(2)}: ${dollarsText(cost[item])}`,
      ),
    ];
  });
  const sum = ['**together**', '', ...results.map(({ costDollars }) => `**$${costDollars.toFixed(2)}**`)];
  return table(['', 'price', ...results.map(({ scenario }) => scenario.title)], [...rows, sum]);
}

/** What the largest part of the cost is, and why. */
function whatDominates(results: readonly Result[]): string[] {
  const { entry } = itemBytes(false);
  const overAUnit = entry.findIndex((bytes) => writeUnitsOf(bytes) > 1);
  const sentences = results
    .filter(({ scenario }) => scenario.name === 'refuse' || scenario.name === 'hang')
    .map(({ scenario, cost, costDollars, beyondBaseline, callbacks }) => {
      const share = Math.round((cost.writeUnits / costDollars) * 100);
      const each = (beyondBaseline.writeUnits / callbacks).toFixed(1);
      return `Where ${scenario.title}, ledger writes are ${share} % of it: ${each} units for each callback.`;
    });
  if (overAUnit < 0) return sentences;
  return [
    ...sentences,
    `A timer costs two, one to put and one to delete it; an entry counts twice from its attempt ${overAUnit} on,`,
    'when it grows beyond 1 KiB.',
  ];
}

/** Where live callbacks had to wait although the breaker is on: why. */
function whyLiveWaited(results: readonly Result[]): string[] {
  const hang = results.find(({ scenario }) => scenario.name === 'hang');
  const minutes = hang === undefined ? 0 : badMinutes(hang, results);
  if (hang === undefined || minutes === 0) return [];
  return [
    paragraph(
      `**Where hosts hang, live callbacks waited noticeably in ${countText(minutes)} minutes of the three days.** All of`,
      `the ${hang.scenario.hosts} hosts hang from the first second on: until word of them has gone round among the`,
      `${PRODUCT.deliverConcurrency} processes, nearly every batch holds an attempt that hangs for ${secondsText(DEAD.hangsForMs)}. While the callbacks`,
      'are young they also come round often to be looked at and held back again, which takes capacity from the live ones.',
    ),
  ];
}

function assumptions(arrivalHours: number): string {
  const items = itemBytes(false);
  const lines = logBytes(false);
  const waits = PRODUCT.retryPolicy.waitsMs.map(waitText);
  return [
    'Prices are list prices of us-east-1 in November 2026, without the free tier. All of this is in',
    '`bench/scale/assumptions.ts`, with sources, and may be changed there.',
    '',
    `- **Dead hosts**: ${DEAD.perSecond} callbacks a second arrive for ${arrivalHours.toFixed(1)} h, for 100 hosts in turn (or all for one), none of which recovers. A host refuses within ${DEAD.refusesWithinMs.min} to ${DEAD.refusesWithinMs.max} ms, or hangs for the ${secondsText(DEAD.hangsForMs)} of an attempt.`,
    `- **Live traffic**: ${LIVE.perSecond} callbacks a second to ${LIVE.hosts} hosts, at random times; answers take ${LIVE.medianMs} ms (median), ${secondsText(LIVE.p99Ms)} (p99), lognormal.`,
    `- **Schedule**: the default: ${waits.join(', ')}, over ${PRODUCT.deadlineMs / HOUR_MS} h.`,
    `- **deliver**: ${PRODUCT.deliverConcurrency} pollers, each with a process of its own, batches of up to ${DELIVER.batchSize} in parallel. A batch lasts as long as its slowest item. ${DELIVER.memoryGb * 1_024} MB, which is ${DELIVER.cpuShare.toFixed(3)} of a vCPU; an SDK call takes ${CPU.sdkCallMs} ms of a whole one. A process is replaced after about ${DELIVER.processLivesMs / HOUR_MS} h, and its breaker forgets.`,
    `- **SQS**: a poller that waits gets what is there at once, hence often one message; who waited longest is first. ${LATENCY.receiveMs} ms until the handler runs. Deletes are one request for a batch, empty long polls one for each 20 s. ${countText(IN_FLIGHT_PLACES)} in-flight places.`,
    '- **Fair queues**: a host with more than a tenth of the messages in flight (and 30 of them) or of the recent processing time is noisy, and waits behind the others. Among 100 dead hosts hardly one ever is.',
    `- **wake**: every minute, at most ${countText(WAKE.timersPerSecond)} timers a second for ${WAKE.worksForMs / 1_000} s.`,
    `- **Item sizes**, by DynamoDB's rules, of a common entry (small input and result, no text of an answer): ${items.entry[0]} bytes before the first attempt, ${items.entry[4]} after four, ${items.entry[10]} after ten; a timer ${items.timer}, a row of the dead ${items.deadRow}. A write unit is 1 KiB, a consistent read unit 4 KiB.`,
    `- **Log lines**, as the product's logger writes them and CloudWatch counts them: a failed attempt ${lines.attemptFailed} bytes, one held back ${lines.heldBack}, a death ${lines.dead}. Lambda's own lines are kept of invocations that fail, and there are none here.`,
    `- **Data out**: ${countText(BYTES_TO_A_HANGING_HOST)} bytes for each attempt at a host that hangs, none to one that refuses.`,
  ].join('\n');
}

function waitText(ms: number): string {
  if (ms < MINUTE_MS) return `${ms / 1_000} s`;
  return ms < HOUR_MS ? `${ms / MINUTE_MS} min` : `${ms / HOUR_MS} h`;
}

function dollarsText(dollars: number): string {
  return `${dollars < 0 ? '−' : ''}$${Math.abs(dollars).toFixed(2)}`;
}

function table(head: Row, rows: readonly Row[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Sentences in lines of a readable length. */
function paragraph(...sentences: string[]): string {
  const lines: string[] = [];
  let line = '';
  for (const word of sentences.join(' ').split(' ')) {
    if (line.length + word.length > 115) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}
