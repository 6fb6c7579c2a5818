import { describe, expect, it } from 'vitest';
import { pageOf } from '../../../bench/report/page.ts';
import { RESULTS } from '../results-fixture.ts';

const PICTURES = [
  { bench: 'all', file: 'bench-targets.svg', about: 'All targets' },
  { bench: 'drain', file: 'bench-drain.svg', about: 'The drain' },
];
const page = pageOf({ results: RESULTS, versions: { dynalite: '4.0.0', fauxqs: '2.4.1' } }, PICTURES);

describe('docs/benchmarks.md', () => {
  it('tells on which machine and with what it was measured', () => {
    expect(page).toContain(
      '- Measured on Some CPU, 2 cores, 24 GiB, linux x64, Node v24.21.0.\n- With dynalite 4.0.0, fauxqs 2.4.1.',
    );
  });

  it('tells which targets were reached, missed and left out', () => {
    expect(page).toContain('| bundle size of submit | ≤ 220 KiB | 231.5 KiB | **MISSED** |  |');
    expect(page).toContain('| bundle size of deliver | ≤ 220 KiB | 199 KiB | reached |  |');
    expect(page).toContain('| drain, of a BullMQ worker | ≥ 1 × | – | no Redis here |  |');
  });

  it('tells of programs that were not run', () => {
    expect(page).toContain(
      '| price per million tasks, single, with runBatchSize=10 and full batches | ≤ $6.00 | – | not measured: it has not been run |  |',
    );
    expect(page).not.toContain('## Price of a million tasks');
  });

  it('has a section for each program, with when it ran, its plot and what its figures rest on', () => {
    expect(page).toContain(
      [
        '## Bundle size',
        '`npm run bench -- --only bundle-size`, 2026-11-21 15:00 UTC.',
        '**Missed**: bundle size of submit (231.5 KiB, ≤ 220 KiB). Where it goes and what was tried is below.',
        '- Zod alone has 90 KiB; zod/mini was tried.',
      ].join('\n\n'),
    );
    expect(page).toContain('![The drain](images/bench-drain.svg)');
  });

  it('names the machine of each program where they differ', () => {
    const [first, second] = RESULTS;
    if (first === undefined || second === undefined) throw new Error('the fixture has two results');
    const elsewhere = { ...second, machine: { ...second.machine, cores: 64 } };

    expect(pageOf({ results: [first, elsewhere], versions: {} }, [])).toContain(
      [
        '- Measured on Some CPU, 2 cores, 24 GiB, linux x64, Node v24.21.0: bundle-size.',
        '- Measured on Some CPU, 64 cores, 24 GiB, linux x64, Node v24.21.0: drain.',
      ].join('\n'),
    );
  });

  it('has a section also for a program that failed, without its table', () => {
    const [first] = RESULTS;
    if (first === undefined) throw new Error('the fixture has results');
    const failed = ['aws-calls', 'price', 'latency'].map((bench) => ({
      ...first,
      bench,
      rows: [],
      notes: [],
    }));

    expect(pageOf({ results: failed, versions: {} }, [])).toContain(
      '## Price of a million tasks\n\n`npm run bench -- --only price`, 2026-11-21 15:00 UTC.\n\n## Callback latency',
    );
  });
});
