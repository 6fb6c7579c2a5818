import { describe, expect, it } from 'vitest';
import { busyNote, partsNote, rowsOfTurns, tableOf } from '../../../bench/drain/report.ts';
import type { Turn } from '../../../bench/drain/side.ts';

function turns(...perSecond: number[]): Turn[] {
  return perSecond.map((one) => ({
    callbacks: 100,
    perSecond: one,
    cpuMsPerCallback: 1_000 / one,
    parts: { deliver: 500 / one },
  }));
}

describe('what a drain tells', () => {
  it('compares turn by turn: what slowed the machine down slowed both', () => {
    const taken = new Map([
      ['ours', turns(500, 100, 450)],
      ['BullMQ', turns(1_000, 200, 1_000)],
    ]);
    const leftOut = { name: 'pg-boss', left_out: 'there is no PostgreSQL here' };
    expect(rowsOfTurns(taken, [leftOut]).slice(0, 2)).toEqual([
      {
        target: 'drain of 20,000 owed callbacks, of a BullMQ worker',
        figure: 0.5,
        unit: '×',
        comparison: 'at least',
        limit: 1,
        spread: '0.45 to 0.50',
      },
      {
        target: 'drain of 20,000 owed callbacks, of a pg-boss worker',
        figure: null,
        unit: '×',
        comparison: 'at least',
        limit: 1,
        left_out: 'there is no PostgreSQL here',
      },
    ]);
  });

  it('shows all sides with their CPU time', () => {
    expect(tableOf(new Map([['ours', turns(500, 100, 400)]])).text).toBe(
      `| | callbacks a second | half of the turns | CPU ms each |
|---|---:|---:|---:|
| ours | 400 | 100 to 500 | 2.5 |`,
    );
  });

  it('tells where the time goes', () => {
    expect(partsNote(turns(500, 100, 400))).toEqual([
      'CPU time of ours for each callback, by threads: deliver 1.25 ms.',
    ]);
    expect(partsNote([])).toEqual([]);
  });

  it('tells whether each side worked or waited', () => {
    const half = turns(500).map((turn) => ({ ...turn, cpuMsPerCallback: 1 }));
    expect(
      busyNote(
        new Map([
          ['ours', turns(500, 100, 400)],
          ['BullMQ', half],
        ]),
      ),
    ).toEqual([
      "Cores kept busy meanwhile: ours 1, BullMQ 0.5; the endpoint's, and a stub's, are not in it.",
    ]);
  });
});
