import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { issueBudget, issuesIn, issuesOf } from '../../../lambda/http/issues.ts';
import { definition as generateReport } from '../../../tasks/generate-report/task.ts';

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

  it('says of a field that is not there that it is missing, whatever types it may have', () => {
    const fields = z.object({ name: z.string(), size: z.union([z.string(), z.number()]) });

    expect(issues(fields, {})).toEqual([
      { path: 'input.name', message: 'is missing; expected string' },
      { path: 'input.size', message: 'is missing; expected string or number' },
    ]);
    expect(issues(z.union([fields, z.null()]), { name: 'a' })).toEqual([
      { path: 'input.size', message: 'is missing; expected string or number' },
    ]);
    expect(issues(fields, { name: null, size: null })).toEqual([
      { path: 'input.name', message: 'expected string, received null' },
      { path: 'input.size', message: 'expected string or number' },
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

describe('the path of what is wrong', () => {
  it('is told up to 200 characters: names of fields are the sender’s', () => {
    const [issue] = issues(z.strictObject({}), { ['x'.repeat(100_000)]: 1 });

    expect(issue?.path).toBe(`input.${'x'.repeat(193)}…`);
  });

  it('is Unicode, whatever the field is called', () => {
    const [issue] = issues(z.strictObject({}), { '\ud800': 1 });

    expect(issue?.path).toBe('input.\ufffd');
  });
});

describe('too much that is wrong', () => {
  const told = [{ path: 'input', message: 'is wrong in so many places that none of them is told' }];

  it('is told as such, before a schema has spent seconds on it', () => {
    const rows = Array.from({ length: 5_000 }, () => ({ city: [] }));

    expect(issuesIn(table, { rows }, ['input'], issueBudget())).toEqual(told);
    expect(issuesIn(table, { rows: rows.slice(0, 100) }, ['input'], issueBudget())).toHaveLength(100);
  });

  it('is told as such by a schema of zod/mini, too, however much it is', () => {
    const rows = Array.from({ length: 130_000 }, () => 0);

    expect(issuesIn(generateReport.input, { rows }, ['input'], issueBudget())).toEqual(told);
  });

  it('is counted over all tasks of a batch', () => {
    const budget = issueBudget();
    const wrong = { rows: Array.from({ length: 2_000 }, () => ({ city: [] })) };

    const found = [1, 2, 3, 4, 5, 6, 7, 8].map(() => issuesIn(table, wrong, ['input'], budget));

    expect(found[0]).toHaveLength(2_000);
    expect(found.at(-1)).toEqual(told);
    expect(issuesIn(table, { csv: 'a' }, ['input'], budget)).toEqual([]);
  });

  it('does not hide a schema that is broken', () => {
    const broken = z.string().refine(() => {
      throw new TypeError('broken');
    });

    expect(() => issuesIn(broken, 'x', [], issueBudget())).toThrow('broken');
  });
});
