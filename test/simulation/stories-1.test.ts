import { describe, expect, it } from 'vitest';
import { everyFault, everyTwoCrashes, parseSchedule, STORIES, tell } from './stories.ts';

/** A slow and busy machine is allowed this long for one story. */
const LONGEST_MS = 180_000;

/** The longest stories are shared with stories-2.test.ts, which runs beside this file. */
const PART = { index: 0, of: 2 };

describe.each(STORIES)('the story: $name', (story) => {
  it('comes to its end undisturbed', async () => {
    expect(await tell(story, new Map())).toMatchObject({ violations: [], injected: 0 });
  });

  it('loses nothing to any one fault at any step', { timeout: LONGEST_MS }, async () => {
    const { violated, schedules, faults } = await everyFault(story);
    console.log(`${story.name}: ${schedules} schedules of one fault, ${faults} injected`);
    expect(violated).toBeUndefined();
    expect(faults).toBeGreaterThan(50);
  });

  it('loses nothing to two crashes, the first at an even step', { timeout: LONGEST_MS }, async () => {
    const { violated, schedules, faults } = await everyTwoCrashes(story, PART);
    console.log(`${story.name}: ${schedules} schedules of two crashes, ${faults} crashes`);
    expect(violated).toBeUndefined();
    expect(faults).toBeGreaterThan(100);
  });
});

describe('a schedule', () => {
  it('is read as it is written', () => {
    expect(parseSchedule('runs again: 4 throttled, 7 crash after a step')).toMatchObject({
      story: { name: 'runs again' },
      script: new Map([
        [4, 'throttled'],
        [7, 'crash after a step'],
      ]),
    });
    expect(parseSchedule('walks again: 4 throttled')).toBeUndefined();
  });
});
