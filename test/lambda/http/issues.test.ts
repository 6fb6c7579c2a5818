import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { issuesOf } from '../../../lambda/http/issues.ts';

const table = z.union([
  z.strictObject({ rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))) }),
  z.strictObject({ csv: z.string() }),
]);

function issues(schema: z.ZodType, value: unknown) {
  const { error } = schema.safeParse(value);
  return error === undefined ? [] : issuesOf(error, ['input']);
}

describe('what is wrong with an input', () => {
  it('is told at its path, in few words', () => {
    expect(issues(z.object({ seconds: z.number() }), { seconds: '5' })).toEqual([
      { path: 'input.seconds', message: 'expected number, received string' },
    ]);
  });

  it('names each unknown field', () => {
    expect(issues(z.strictObject({}), { a: 1, b: 2 })).toEqual([
      { path: 'input.a', message: 'unknown field' },
      { path: 'input.b', message: 'unknown field' },
    ]);
  });

  it('is told for the alternative that was meant, not for all of them', () => {
    expect(issues(table, { rows: [{ city: 'Bonn' }, { city: ['Bonn'] }] })).toEqual([
      { path: 'input.rows.1.city', message: 'expected string or number or null' },
    ]);
    expect(issues(table, { csv: 7 })).toEqual([
      { path: 'input.csv', message: 'expected string, received number' },
    ]);
  });

  it('says so when no alternative fits at all', () => {
    expect(issues(table, 'rows')).toEqual([{ path: 'input', message: 'expected object' }]);
  });
});
