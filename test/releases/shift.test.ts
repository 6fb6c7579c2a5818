import { describe, expect, it } from 'vitest';
import { type RecordedCase, readRelease, recordedVersions } from './recorded-release.ts';
import { nextDueMs, shiftCase } from './shift.ts';

const RECORDED: RecordedCase = {
  story: 'One attempt failed.',
  recorded_at_ms: 1_764_000_000_000,
  task_ids: ['616e1457-f2b5-4035-a504-4622e83cf98e'],
  items: [
    {
      pk: { S: 'task#616e1457-f2b5-4035-a504-4622e83cf98e' },
      sk: { S: 'entry' },
      accepted_at_ms: { N: '1763999999000' },
      attempts: { S: 'midc23qo.3.cr midc8j80.40.503' },
      expires_at: { N: '1768060800' },
      outcome: { M: { completed_at_ms: { N: '1763999999500' }, status: { S: 'completed' } } },
      runs: { N: '1' },
    },
    {
      pk: { S: 'timer#3' },
      sk: { S: '1764000300000#616e1457-f2b5-4035-a504-4622e83cf98e' },
      at_ms: { N: '1764000300000' },
    },
  ],
  messages: [{ queue: 'callbacks', body: '{"v":1}', visible_at_ms: 1_764_000_360_000 }],
};

describe('a recorded case that is moved in time', () => {
  it('has every time an hour later', () => {
    expect(shiftCase(RECORDED, 3_600_000)).toEqual({
      story: 'One attempt failed.',
      recorded_at_ms: 1_764_003_600_000,
      task_ids: ['616e1457-f2b5-4035-a504-4622e83cf98e'],
      items: [
        {
          pk: { S: 'task#616e1457-f2b5-4035-a504-4622e83cf98e' },
          sk: { S: 'entry' },
          accepted_at_ms: { N: '1764003599000' },
          attempts: { S: 'mide79io.3.cr midedp00.40.503' },
          expires_at: { N: '1768064400' },
          outcome: { M: { completed_at_ms: { N: '1764003599500' }, status: { S: 'completed' } } },
          runs: { N: '1' },
        },
        {
          pk: { S: 'timer#3' },
          sk: { S: '1764003900000#616e1457-f2b5-4035-a504-4622e83cf98e' },
          at_ms: { N: '1764003900000' },
        },
      ],
      messages: [{ queue: 'callbacks', body: '{"v":1}', visible_at_ms: 1_764_003_960_000 }],
    });
  });

  it('has its attempts moved, also as a list of maps; what they took stays', () => {
    const attempts = { L: [{ M: { at_ms: { N: '1764000000000' }, duration_ms: { N: '40' } } }] };
    const [item] = shiftCase({ ...RECORDED, items: [{ attempts }] }, 1).items;
    expect(item).toEqual({
      attempts: { L: [{ M: { at_ms: { N: '1764000000001' }, duration_ms: { N: '40' } } }] },
    });
  });

  it('is next due when the first of its timers and invisible messages is', () => {
    expect(nextDueMs(RECORDED)).toBe(1_764_000_300_000);
  });

  const cases = recordedVersions().flatMap((version) =>
    Object.entries(readRelease(version).state('default').cases).map(
      ([name, recorded]) => [version, name, recorded] as const,
    ),
  );

  it.each(cases)('leaves no time of %s behind (%s)', (_version, _name, recorded) => {
    // A thousand days earlier, every time of the recording looks different.
    const moved = JSON.stringify(shiftCase(recorded, -86_400_000_000));
    const recordedDay = String(recorded.recorded_at_ms).slice(0, 4);
    expect(moved.match(new RegExp(`\\b${recordedDay}\\d{9}\\b`, 'g'))).toBeNull();
  });
});
