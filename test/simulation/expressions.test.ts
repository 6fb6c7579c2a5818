import { describe, expect, it } from 'vitest';
import { checkAllUsed, holds, updated } from './expressions.ts';

const NAMES = { ExpressionAttributeNames: { '#state': 'state', '#runs': 'runs' } };
const placeholders = (values: Record<string, string | number>) => ({
  ...NAMES,
  ExpressionAttributeValues: Object.fromEntries(
    Object.entries(values).map(([alias, value]) => [
      alias,
      typeof value === 'number' ? { N: String(value) } : { S: value },
    ]),
  ),
});

describe('a condition', () => {
  const item = { state: { S: 'running' }, runs: { N: '9' } };

  it.each([
    ['attribute_exists(#runs)', true],
    ['attribute_not_exists(#runs)', false],
    ['#state = :state', true],
    ['#runs < :ten', true],
    ['#runs <= :nine', true],
    ['#runs < :nine', false],
    ['#runs = :state', false],
    ['(#state = :state) AND (#runs < :nine)', false],
    ['((#state = :state) AND (#runs < :ten)) OR (#runs < :nine)', true],
  ])('%s is %s', (condition, expected) => {
    expect(holds(condition, item, placeholders({ ':state': 'running', ':nine': 9, ':ten': 10 }))).toBe(
      expected,
    );
  });

  it('compares with nothing where the attribute is not there', () => {
    expect(holds('#runs < :ten', {}, placeholders({ ':ten': 10 }))).toBe(false);
    expect(holds('#runs < :ten', undefined, placeholders({ ':ten': 10 }))).toBe(false);
    expect(holds('attribute_not_exists(#runs)', undefined, NAMES)).toBe(true);
  });

  it.each([
    'NOT #state = :state',
    'size(#runs) < :ten',
    '#runs > :ten',
    '#state = :state AND',
    '(#state = :state',
  ])('refuses what it does not know: %s', (condition) => {
    expect(() => holds(condition, item, placeholders({ ':state': 'running', ':ten': 10 }))).toThrow(
      'does not know this expression',
    );
  });
});

describe('an update', () => {
  it('sets, removes and adds', () => {
    const after = updated(
      'SET #state = :state REMOVE #lease ADD #runs :one',
      { lease: { S: 'x' } },
      {
        ExpressionAttributeNames: { ...NAMES.ExpressionAttributeNames, '#lease': 'lease' },
        ExpressionAttributeValues: { ':state': { S: 'running' }, ':one': { N: '1' } },
      },
    );
    expect(after).toEqual({ state: { S: 'running' }, runs: { N: '1' } });
  });

  it.each(['SET #runs = #runs + :one', 'SET #state = if_not_exists(#state, :one)', 'DELETE #state :one'])(
    'refuses what it does not know: %s',
    (text) => {
      expect(() => updated(text, {}, placeholders({ ':one': 1 }))).toThrow('does not know this expression');
    },
  );

  it('must use all of its placeholders', () => {
    expect(() => checkAllUsed('SET #state = :state', placeholders({ ':state': 'running' }))).toThrow(
      '#runs is not used',
    );
  });
});
