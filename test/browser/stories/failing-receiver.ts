import { equal, inState, says, seen } from '../expect-page.ts';
import type { Story } from '../story.ts';
import { script, submitAndWatch, view } from './steps.ts';

export const FAILING_RECEIVER_STORIES: readonly Story[] = [
  {
    name: 'a receiver that answers 503 twice gets its callback by the third attempt',
    tell: async (page, { url }) => {
      await script(page, url, '503 twice');
      await says(page, '2 scripted answers to come');
      await submitAndWatch(page);
      await inState(page, 'delivered');
      equal(await page.locator('.time-line li.bad').count(), 2, 'failed attempts in the story');
    },
  },
  {
    name: 'the inbox tells what each callback was answered',
    tell: async (page, { url }) => {
      await page.goto(`${url}/#/inbox/demo`);
      const told = page.locator('.callbacks summary').getByText(/answered/);
      await seen(told, 'what a callback was answered');
      // The latest first: the third attempt, the two before it, and the callback of the first story.
      equal(
        await told.allInnerTexts(),
        ['answered 200', 'answered 503', 'answered 503', 'answered 200'],
        'answers',
      );
    },
  },
  {
    name: 'a receiver that stays down: attempts, then dead, and one dead letter',
    tell: async (page, memory) => {
      await script(page, memory.url, 'down');
      await says(page, '100 scripted answers to come');
      memory.deadId = await submitAndWatch(page);
      await says(page, /503/);
      await inState(page, 'dead');
      await seen(page.locator('.time-line pre.bytes'), 'the first bytes of the last answer');
      await view(page, 'Tasks').click();
      await page.getByRole('link', { name: 'Needs attention' }).click();
      await seen(page.locator(`a[title="${memory.deadId}"]`), 'the task that needs attention');
    },
  },
];
