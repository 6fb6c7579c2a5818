import { describe, expect, it } from 'vitest';
import { table } from '../../ops/table.ts';

describe('a table', () => {
  it('is aligned', () => {
    const columns = [{ heading: 'HOST' }, { heading: 'COUNT', align: 'right' }] as const;

    expect(
      table(columns, [
        ['a.example', '7'],
        ['b', '1234567'],
      ]),
    ).toBe(['HOST         COUNT', 'a.example        7', 'b          1234567'].join('\n'));
  });

  it('is cut to 100 characters where its columns shrink, the longest first', () => {
    const columns = [
      { heading: 'ID' },
      { heading: 'HOST', shrinks: true },
      { heading: 'TASK', shrinks: true },
    ];

    const [, row = ''] = table(columns, [['i'.repeat(36), 'h'.repeat(80), 't'.repeat(20)]]).split('\n');

    expect(row).toBe(`${'i'.repeat(36)}  ${'h'.repeat(39)}…  ${'t'.repeat(20)}`);
    expect(row).toHaveLength(100);
  });

  it('shows nothing that would move the cursor', () => {
    expect(table([{ heading: 'HOST' }], [['a\u001b[2Jb\n']])).toBe('HOST\na�[2Jb�');
  });
});
