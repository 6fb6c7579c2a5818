import { describe, expect, it } from 'vitest';
import { redriveIssue, redriveRequestOf, redriveWords } from '../../../../console/page/model/redrive.ts';

const PLAIN = { limitText: '', rateText: '' };

describe('a redrive', () => {
  it('is asked for with the filters of the list', () => {
    const filters = { host: 'receiver.example', older_than: '15m' };

    expect(redriveRequestOf(filters, { limitText: '50', rateText: '5' }, false)).toEqual({
      filters: { host: 'receiver.example', older_than: '15m' },
      limit: 50,
      rate: 5,
      dry_run: false,
    });
    expect(redriveRequestOf({}, PLAIN, true)).toEqual({ filters: {}, dry_run: true });
  });

  it('is not asked for with figures that mean nothing', () => {
    expect(redriveIssue(PLAIN)).toBeUndefined();
    expect(redriveIssue({ limitText: '0', rateText: '' })).toBe(
      'At most is 0; it must be a whole number from 1, or empty for all.',
    );
    expect(redriveIssue({ limitText: '', rateText: '5000' })).toBe(
      'A second is 5000; it must be a whole number from 1 to 1,000.',
    );
  });

  it('tells how far it is, and what has come of it', () => {
    const going = { done: 20, total: 140, redriven: 18, skipped: 2, failed: 0 };

    expect(redriveWords(going, false)).toBe(
      '18 callbacks are owed again; 2 left or removed: nothing to send; looked at 20 of about 140…',
    );
    expect(redriveWords({ ...going, redriven: 1, skipped: 0, finished: true, tally: [] }, true)).toBe(
      '1 callback would be sent again. Redrive sends them.',
    );
    expect(redriveWords({ ...going, skipped: 0, failed: 3, finished: true, tally: [] }, false)).toBe(
      '18 callbacks are owed again; 3 failed and are still in the queue.',
    );
  });
});
