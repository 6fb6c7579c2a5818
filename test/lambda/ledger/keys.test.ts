import { describe, expect, it } from 'vitest';
import { deadKey, entryKey, payloadKey, sortableMs, timerKey } from '../../../lambda/ledger/keys.ts';

const TASK_ID = '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10';

describe('the keys of the ledger', () => {
  it('are what is written in the table, and what other versions look for', () => {
    expect(entryKey(TASK_ID)).toEqual({ pk: `task#${TASK_ID}`, sk: 'entry' });
    expect(payloadKey(TASK_ID, 'result#t')).toEqual({ pk: `task#${TASK_ID}`, sk: 'result#t' });
    expect(timerKey(TASK_ID, 1_764_000_000_000)).toEqual({ pk: 'timer#3', sk: `1764000000000#${TASK_ID}` });
    expect(deadKey(TASK_ID, 1_764_000_000_000)).toEqual({ pk: 'dead#3', sk: `1764000000000#${TASK_ID}` });
  });

  it('spread tasks over the shards', () => {
    expect(timerKey('00000000-0000-4000-8000-000000000001', 0).pk).toBe('timer#1');
    expect(timerKey('00000000-0000-4000-8000-000000000002', 0).pk).toBe('timer#7');
  });

  it('sort as the times do', () => {
    expect(sortableMs(999)).toBe('0000000000999');
    expect(sortableMs(1_764_000_000_000.9)).toBe('1764000000000');
    expect(sortableMs(9_999_999_999_999)).toBe('9999999999999');
  });
});
