import { describe, expect, it } from 'vitest';
import { everyTwoCrashes, STORIES } from './stories.ts';

/** Ends a story that hangs. The longest story takes 20 s on an idle processor. */
const LONGEST_MS = 180_000;

/** Two files share the stories by the step of the first crash, and run side by side. */
export function describeTwoCrashes(firstStep: 'even' | 'odd'): void {
  describe.each(STORIES)('the story: $name', (story) => {
    it(`loses nothing to two crashes, the first at an ${firstStep} step`, {
      timeout: LONGEST_MS,
    }, async () => {
      const part = { index: firstStep === 'even' ? 0 : 1, of: 2 };
      const { violated, schedules, faults } = await everyTwoCrashes(story, part);
      console.log(`${story.name}: ${schedules} schedules of two crashes, ${faults} crashes`);
      expect(violated).toBeUndefined();
      expect(faults).toBeGreaterThan(100);
    });
  });
}
