import type { Page } from 'playwright-core';
import { equal, inState, says, seen } from '../expect-page.ts';

/** Tab and Enter, as who has no mouse does it. */
export async function walkByKeyboard(page: Page, { url }: { url: string }): Promise<void> {
  await page.goto('about:blank');
  await page.goto(url);
  await seen(page.getByRole('heading', { name: 'Pipeline' }), 'the pipeline');
  const focused = page.locator(':focus');
  const tabTo = async (name: string) => {
    const passed: string[] = [];
    for (let pressed = 0; pressed < 40; pressed += 1) {
      await page.keyboard.press('Tab');
      const text = (await focused.count()) === 0 ? '' : (await focused.textContent())?.trim();
      if (text === name) return;
      passed.push(text ?? '');
    }
    throw new Error(`Tab does not reach ${name}; it passed ${passed.join(' | ')}`);
  };
  await tabTo('Skip to the content');
  await seen(page.locator('.skip:focus'), 'the skip link, once it has the focus');
  await tabTo('Submit');
  await page.keyboard.press('Enter');
  await seen(page.getByRole('heading', { name: 'Submit a task' }), 'the form');
  equal(await focused.evaluate((element) => element.tagName), 'MAIN', 'where the focus is in a new view');
  await tabTo('Submit');
  await page.keyboard.press('Enter');
  await says(page, 'Accepted');
  await tabTo('Watch the task');
  await page.keyboard.press('Enter');
  await inState(page, 'delivered');
}
