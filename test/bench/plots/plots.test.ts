import { describe, expect, it } from 'vitest';
import { bars } from '../../../bench/plots/bars.ts';
import { lines } from '../../../bench/plots/lines.ts';
import { plotsOf } from '../../../bench/plots/plots.ts';
import { svgOf } from '../../../bench/plots/svg.ts';
import { ticks } from '../../../bench/plots/ticks.ts';
import { waterfall } from '../../../bench/plots/waterfall.ts';
import { RESULTS } from '../results-fixture.ts';

const attribute = (name: string, drawn: string) =>
  Number(new RegExp(` ${name}="([\\d.]+)"`).exec(drawn)?.[1]);

/** Rectangles, without those of a legend, which are square. */
function boxesOf(drawn: readonly string[]): string[] {
  return drawn.filter((part) => part.startsWith('<rect') && !part.includes('width="12" height="12"'));
}

describe('a bar', () => {
  it('is as long as its value is of the longest', () => {
    const { lines: drawn } = bars({
      title: 'Speed',
      bars: [
        { name: 'slow', parts: [{ name: 'of it', value: 25 }], told: '25' },
        { name: 'fast', parts: [{ name: 'of it', value: 100 }], told: '100' },
      ],
    });

    const [slow = Number.NaN, fast = Number.NaN] = boxesOf(drawn).map((each) => attribute('width', each));
    expect(slow / fast).toBeCloseTo(0.25, 2);
  });

  it('has its parts one after the other, in the colours of their names', () => {
    const parts = [
      { name: 'writes', value: 2 },
      { name: 'reads', value: 1 },
    ];
    const { lines: drawn } = bars({ title: 'Cost', bars: [{ name: 'a task', parts, told: '$3' }] });

    const [writes = '', reads = ''] = boxesOf(drawn);
    expect([writes, reads].map((each) => /fill-\d/.exec(each)?.[0])).toEqual(['fill-0', 'fill-1']);
    expect(attribute('x', reads)).toBeCloseTo(attribute('x', writes) + attribute('width', writes), 0);
    expect(drawn.join()).toContain('>reads</text>');
  });

  it('has its limit where its value would be', () => {
    const limit = { value: 50, told: 'target 50' };
    const parts = [{ name: 'of it', value: 100 }];
    const { lines: drawn } = bars({ title: 'Speed', bars: [{ name: 'slow', parts, told: '100', limit }] });

    const [bar = ''] = boxesOf(drawn);
    const mark = drawn.find((part) => part.includes('class="mark"')) ?? '';
    expect(attribute('x1', mark)).toBeCloseTo(attribute('x', bar) + attribute('width', bar) / 2, 0);
  });
});

describe('a waterfall', () => {
  it('begins each step where the one before it ends, and colours steps by their stage', () => {
    const steps = [
      { name: 'run: claim', fromMs: 0, toMs: 5 },
      { name: 'run: work', fromMs: 5, toMs: 20 },
      { name: 'callbacks queue', fromMs: 20, toMs: 21 },
    ];
    const { lines: drawn } = waterfall({ title: 'A task', steps, marks: [], endMs: 25 });

    const [claim = '', work = '', queue = ''] = boxesOf(drawn);
    expect(attribute('x', work)).toBeCloseTo(attribute('x', claim) + attribute('width', claim), 0);
    expect(attribute('width', work) / attribute('width', claim)).toBeCloseTo(3, 1);
    expect([claim, work, queue].map((each) => /fill-\d/.exec(each)?.[0])).toEqual([
      'fill-0',
      'fill-0',
      'fill-1',
    ]);
  });
});

describe('a curve', () => {
  it('begins at nothing', () => {
    const points = [
      [50, 10],
      [100, 20],
    ] as const;
    const { lines: drawn } = lines({ title: 'Memory', unit: 'MiB', counted: 'callbacks', points });

    const [first = '', second = ''] = drawn.filter((part) => part.startsWith('<circle'));
    const [left, right] = [attribute('cx', first), attribute('cx', second)];
    expect((left - 90) / (right - 90)).toBeCloseTo(0.5, 2);
  });

  it('has tenfold steps of one width on a logarithmic scale', () => {
    const points = [
      [1_000, 3],
      [10_000, 3],
      [100_000, 3],
    ] as const;
    const chart = { title: 'Growth', unit: 'ms', counted: 'owed', points, isLogarithmic: true };

    const [first = '', second = '', third = ''] = lines(chart).lines.filter((part) =>
      part.startsWith('<circle'),
    );
    const [a, b, c] = [first, second, third].map((each) => attribute('cx', each)) as [number, number, number];
    expect(c - b).toBeCloseTo(b - a, 0);
  });
});

describe('the ticks of an axis', () => {
  it('are round figures, four to eight of them', () => {
    expect(ticks(31.2)).toEqual([0, 5, 10, 15, 20, 25, 30]);
    expect(ticks(150)).toEqual([0, 20, 40, 60, 80, 100, 120, 140]);
    expect(ticks(0.45)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
  });
});

describe('the plots of a run', () => {
  it('are one of all targets, and one of each program that has figures and a drawing', () => {
    expect(plotsOf(RESULTS).map(({ bench, file }) => [bench, file])).toEqual([['all', 'bench-targets.svg']]);
  });

  it('tell what was measured, against its limit', () => {
    const [all] = plotsOf(RESULTS);

    expect(all?.svg).toContain('>231.5 KiB (≤ 220 KiB)</text>');
    expect(all?.svg).not.toContain('BullMQ');
  });

  it('follow the reader’s setting of light or dark', () => {
    const svg = svgOf('Some <figures>', []);

    expect(svg).toContain('@media (prefers-color-scheme: dark)');
    expect(svg).toContain('aria-label="Some &lt;figures&gt;"');
  });
});
