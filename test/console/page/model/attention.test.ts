import { describe, expect, it } from 'vitest';
import type { AttentionRow, Overview } from '../../../../console/api-types.ts';
import { contradicts } from '../../../../console/page/model/attention.ts';

const row = (status: AttentionRow['status']): AttentionRow => ({
  task_id: '0c5e2f9a-0000-4000-8000-000000000000',
  task_name: 'generate-report',
  status,
  accepted_at: '2025-11-24T16:00:00.000Z',
  runs: 1,
  attempts: 1,
  client: 'alice',
  why: 'somebody must look',
});

const counted = (dead: number | null): Pick<Overview, 'stages'> => ({
  stages: { accepted: null, running: null, delivering: null, delivered: null, completed: null, dead },
});

describe('the list of what needs attention', () => {
  it.each([
    ['as many as are dead', ['dead', 'dead'], 2, false],
    ['fewer', ['dead'], 2, true],
    ['more: some were redriven since', ['dead', 'dead'], 1, true],
    ['none, and none is dead', [], 0, false],
    ['stuck ones as well, which a stack on AWS does not count', ['running', 'dead'], 1, false],
    ['some, where nobody counted', ['dead'], null, false],
  ] as const)('that has %s', (_, states, dead, isContradicted) => {
    expect(contradicts({ tasks: states.map(row), more: false }, counted(dead))).toBe(isContradicted);
  });

  it('that is cut off contradicts no number', () => {
    expect(contradicts({ tasks: [row('dead')], more: true }, counted(4_000))).toBe(false);
  });
});
