import { describe, expect, it } from 'vitest';
import { everyTwoCrashes, STORIES } from './stories.ts';

describe.each(STORIES)('the story: $name', (story) => {
  it('loses nothing to two crashes, the first at an odd step', { timeout: 180_000 }, async () => {
    const { violated, schedules, faults } = await everyTwoCrashes(story, { index: 1, of: 2 });
    console.log(`${story.name}: ${schedules} schedules of two crashes, ${faults} crashes`);
    expect(violated).toBeUndefined();
    expect(faults).toBeGreaterThan(100);
  });
});
