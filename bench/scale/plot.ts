import { HOUR_MS, IN_FLIGHT_PLACES } from './assumptions.ts';
import { USAGE_ITEMS, type UsageItem } from './prices.ts';
import type { Result } from './results.ts';

const WIDTH = 900;
const LEFT = 90;
const RIGHT = 30;
const PLOT_WIDTH = WIDTH - LEFT - RIGHT;
const CHART_HEIGHT = 230;
const CHART_STEP = 350;
const BARS_TOP = 2 * CHART_STEP + 70;
const BAR_STEP = 58;

/** The scenarios that are drawn, and how. */
const DRAWN = ['baseline', 'refuse', 'hang', 'hang-no-breaker'] as const;

const ITEM_NAMES: Readonly<Record<UsageItem, string>> = {
  sqsRequests: 'SQS requests',
  dlqRequests: 'dead-letter queue',
  writeUnits: 'ledger writes',
  readUnits: 'ledger reads',
  lambdaRequests: 'Lambda requests',
  lambdaGbSeconds: 'Lambda time',
  logBytes: 'logs',
  bytesOut: 'data out',
};

interface Colours {
  readonly ground: string;
  readonly text: string;
  readonly faint: string;
  readonly target: string;
  readonly of: Readonly<Record<(typeof DRAWN)[number], string>>;
}

const LIGHT: Colours = {
  ground: '#ffffff',
  text: '#1f2328',
  faint: '#d8dee4',
  target: '#1a7f37',
  of: { baseline: '#57606a', refuse: '#0969da', hang: '#bc4c00', 'hang-no-breaker': '#a40e26' },
};

const DARK: Colours = {
  ground: '#0d1117',
  text: '#e6edf3',
  faint: '#30363d',
  target: '#3fb950',
  of: { baseline: '#9198a1', refuse: '#58a6ff', hang: '#f0883e', 'hang-no-breaker': '#ff7b72' },
};

/** Colours as plain classes: not every viewer of SVG knows CSS variables. */
function coloursText({ ground, text, faint, target, of }: Colours): string {
  return [
    `.ground { fill: ${ground}; } text { fill: ${text}; } .grid { stroke: ${faint}; }`,
    `.target { stroke: ${target}; } .target-text { fill: ${target}; }`,
    ...DRAWN.map((name) => `.line-${name} { stroke: ${of[name]}; } .bar-${name} { fill: ${of[name]}; }`),
  ].join('\n  ');
}

/** The reader's setting decides between light and dark. */
const STYLE = `
  text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; }
  .title { font-size: 15px; font-weight: 600; }
  .grid { stroke-width: 1; }
  .target { stroke-width: 1.5; stroke-dasharray: 6 4; }
  .curve { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
  .key { stroke-width: 3; }
  .end { text-anchor: end; } .middle { text-anchor: middle; }
  ${coloursText(LIGHT)}
  @media (prefers-color-scheme: dark) {
  ${coloursText(DARK)}
  }
`;

/** In-flight places, live p99 and cost, drawn as one SVG. */
export function plotOf(results: readonly Result[]): string {
  const drawn = DRAWN.flatMap((name) => results.find(({ scenario }) => scenario.name === name) ?? []);
  const priced = drawn.filter(({ scenario }) => scenario.deadHosts !== 'none' && scenario.cutOff !== true);
  const height = BARS_TOP + priced.length * BAR_STEP + 60;
  const hours = Math.max(...drawn.map(({ endedAtMs }) => endedAtMs)) / HOUR_MS;
  const baseline = drawn.find(({ scenario }) => scenario.name === 'baseline');

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img"`,
    `  aria-label="In-flight places, live p99 and cost of three days with dead hosts">`,
    `<style>${STYLE}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${height}"/>`,
    ...chart({
      top: 0,
      title: 'In-flight places held by dead hosts (highest of each 10 minutes)',
      hours,
      decades: [0, 6],
      tick: (value) => value.toLocaleString('en-US'),
      curves: drawn.filter((result) => result !== baseline),
      valuesOf: (result) => result.curves.inFlightDead,
      marks: [
        { value: 10_000, text: 'target: 10,000' },
        { value: IN_FLIGHT_PLACES, text: `all there are: ${IN_FLIGHT_PLACES.toLocaleString('en-US')}` },
      ],
    }),
    ...chart({
      top: CHART_STEP,
      title: 'p99 of live callbacks, from receivable to delivered (by 10 minutes)',
      hours,
      decades: [2, 9],
      tick: durationTick,
      curves: drawn,
      valuesOf: (result) => result.curves.liveP99Ms,
      marks:
        baseline === undefined
          ? []
          : [{ value: 1.5 * baseline.live.p99Ms, text: 'target: 1.5 × without dead hosts' }],
    }),
    ...bars(priced),
    '</svg>',
    '',
  ].join('\n');
}

interface Chart {
  readonly top: number;
  readonly title: string;
  readonly hours: number;
  /** The powers of ten at the bottom and at the top. */
  readonly decades: readonly [number, number];
  readonly tick: (value: number) => string;
  readonly curves: readonly Result[];
  readonly valuesOf: (result: Result) => readonly number[];
  readonly marks: readonly { readonly value: number; readonly text: string }[];
}

function chart({ top, title, hours, decades, tick, curves, valuesOf, marks }: Chart): string[] {
  const [lowest, highest] = decades;
  const y0 = top + 70;
  const x = (hour: number) => LEFT + (hour / hours) * PLOT_WIDTH;
  const y = (value: number) => {
    const share = (Math.log10(Math.max(value, 10 ** lowest)) - lowest) / (highest - lowest);
    return y0 + CHART_HEIGHT * (1 - Math.min(share, 1));
  };
  const lines: string[] = [`<text class="title" x="${LEFT}" y="${top + 26}">${title}</text>`];
  for (let decade = lowest; decade <= highest; decade += 1) {
    const at = y(10 ** decade).toFixed(1);
    lines.push(`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/>`);
    lines.push(`<text class="end" x="${LEFT - 8}" y="${Number(at) + 4}">${tick(10 ** decade)}</text>`);
  }
  for (let hour = 0; hour <= hours; hour += 12) {
    lines.push(
      `<text class="middle" x="${x(hour).toFixed(1)}" y="${y0 + CHART_HEIGHT + 20}">${hour} h</text>`,
    );
  }
  for (const { value, text } of marks) {
    const at = y(value);
    lines.push(
      `<line class="target" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at.toFixed(1)}" y2="${at.toFixed(1)}"/>`,
    );
    lines.push(
      `<text class="target-text end" x="${WIDTH - RIGHT}" y="${(at - 6).toFixed(1)}">${text}</text>`,
    );
  }
  for (const result of curves) {
    const hoursOfWindow = result.curves.windowMs / HOUR_MS;
    const points = valuesOf(result).map(
      (value, window) =>
        `${x(Math.min((window + 0.5) * hoursOfWindow, hours)).toFixed(1)},${y(value).toFixed(1)}`,
    );
    lines.push(`<polyline class="curve line-${result.scenario.name}" points="${points.join(' ')}"/>`);
  }
  return [...lines, ...legend(curves, top + 50)];
}

function legend(results: readonly Result[], y: number): string[] {
  let x = LEFT;
  return results.flatMap(({ scenario: { name, title } }) => {
    const at = x;
    x += 40 + title.length * 7.4;
    return [
      `<line x1="${at}" x2="${at + 18}" y1="${y - 4}" y2="${y - 4}" class="key line-${name}"/>`,
      `<text x="${at + 24}" y="${y}">${title}</text>`,
    ];
  });
}

/** One bar for each scenario, the dearest items first. */
function bars(results: readonly Result[]): string[] {
  const targets: Readonly<Record<string, number>> = { refuse: 25, hang: 60 };
  const widest = Math.max(
    10,
    ...results.map(({ scenario, costDollars }) => Math.max(costDollars, targets[scenario.name] ?? 0)),
  );
  const x = (dollars: number) => LEFT + (dollars / (widest * 1.12)) * PLOT_WIDTH;
  const lines = [
    `<text class="title" x="${LEFT}" y="${BARS_TOP - 14}">Cost of the three days beyond those without dead hosts, in dollars</text>`,
  ];
  results.forEach(({ scenario, cost, costDollars }, row) => {
    const top = BARS_TOP + row * BAR_STEP;
    const items = USAGE_ITEMS.filter((item) => cost[item] > 0).sort((a, b) => cost[b] - cost[a]);
    let from = 0;
    items.forEach((item, index) => {
      const opacity = Math.max(0.2, 1 - index * 0.2);
      const width = x(from + cost[item]) - x(from);
      lines.push(
        `<rect x="${x(from).toFixed(1)}" y="${top}" width="${width.toFixed(1)}" height="18" class="bar-${scenario.name}" opacity="${opacity.toFixed(2)}"/>`,
      );
      from += cost[item];
    });
    const largest = items.slice(0, 4).map((item) => `${ITEM_NAMES[item]} ${cost[item].toFixed(2)}`);
    lines.push(`<text class="end" x="${LEFT - 8}" y="${top + 14}">${scenario.name}</text>`);
    lines.push(
      `<text x="${LEFT}" y="${top + 36}">${costDollars.toFixed(2)}: ${largest.join(', ')}, …</text>`,
    );
    const target = targets[scenario.name];
    if (target === undefined) return;
    const at = x(target).toFixed(1);
    lines.push(`<line class="target" x1="${at}" x2="${at}" y1="${top - 5}" y2="${top + 23}"/>`);
    lines.push(
      `<text class="target-text" x="${(x(Math.max(target, costDollars)) + 8).toFixed(1)}" y="${top + 14}">target ${target}</text>`,
    );
  });
  return lines;
}

function durationTick(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  return `${(ms / 1_000).toLocaleString('en-US')} s`;
}
