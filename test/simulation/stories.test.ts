import { describe, expect, it } from 'vitest';
import { everyFault, everyTwoCrashes, parseSchedule, STORIES, tell } from './stories.ts';

describe.each(STORIES)('the story: $name', (story) => {
  it('comes to its end undisturbed', async () => {
    expect(await tell(story, new Map())).toMatchObject({ violations: [], injected: 0 });
  });

  it('loses nothing to any one fault at any step', async () => {
    const { violated, schedules, faults } = await everyFault(story);
    console.log(`${story.name}: ${schedules} schedules of one fault, ${faults} injected`);
    expect(violated).toBeUndefined();
    expect(faults).toBeGreaterThan(50);
  });
});

/** The long suite tries every two crashes in all stories. */
describe('the shortest story', () => {
  it('loses nothing to any two crashes', async () => {
    const [story] = STORIES;
    if (story === undefined) throw new Error('STORIES is empty');
    const { violated, faults } = await everyTwoCrashes(story);
    expect(violated).toBeUndefined();
    expect(faults).toBeGreaterThan(200);
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
