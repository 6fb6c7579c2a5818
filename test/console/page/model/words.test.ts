import { describe, expect, it } from 'vitest';
import {
  absoluteTime,
  count,
  counted,
  relativeTime,
  roughly,
  shortClient,
  took,
} from '../../../../console/page/model/words.ts';

const NOON_MS = Date.parse('2025-11-21T12:00:00Z');

describe('times', () => {
  it('are told by how far off they are', () => {
    expect(relativeTime(NOON_MS - 400, NOON_MS)).toBe('just now');
    expect(relativeTime(NOON_MS - 12_000, NOON_MS)).toBe('12 s ago');
    expect(relativeTime(NOON_MS + 240_000, NOON_MS)).toBe('in 4 min');
    expect(relativeTime(NOON_MS + 86_399_000, NOON_MS)).toBe('in 24 h');
    expect(relativeTime(NOON_MS - 49 * 3_600_000, NOON_MS)).toBe('2 d ago');
  });

  it('are the same for everybody where they are exact', () => {
    expect(absoluteTime(NOON_MS + 7_000)).toBe('2025-11-21 12:00:07 UTC');
  });

  it('that something took keep the digits that matter', () => {
    expect([0.4, 87, 1_449, 59_900, 150_000].map(took)).toEqual([
      '0 ms',
      '87 ms',
      '1.4 s',
      '59.9 s',
      '2 min',
    ]);
    expect([59_999, 3_599_000, 172_799_000].map(roughly)).toEqual(['59 s', '59 min', '47 h']);
  });
});

describe('counts', () => {
  it('are short enough for a picture', () => {
    expect([0, 2.25, 950, 12_400, 1_234_567].map(count)).toEqual(['0', '2.3', '950', '12,400', '1.2 M']);
  });

  it('are a dash where nobody has counted', () => {
    expect(count(null)).toBe('–');
    expect(count(undefined)).toBe('–');
  });

  it('come with their noun', () => {
    expect([counted(1, 'task'), counted(2_000, 'task')]).toEqual(['1 task', '2,000 tasks']);
  });
});

it('a client of AWS is told by what is its own', () => {
  expect(shortClient('arn:aws:iam::000000000000:user/alice')).toBe('user/alice');
  expect(shortClient('billing')).toBe('billing');
});
