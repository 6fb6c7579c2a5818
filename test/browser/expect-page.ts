/** What a story waits for on a page; each tells what it saw instead. */
import type { Locator, Page } from 'playwright-core';

const PATIENCE_MS = 15_000;

/** Waits until the one element is to be seen. */
export async function seen(locator: Locator, what: string): Promise<void> {
  await locator
    .first()
    .waitFor({ state: 'visible', timeout: PATIENCE_MS })
    .catch(() => {
      throw new Error(`${what} is not to be seen`);
    });
}

/** Waits until the page's main part says it. */
export async function says(page: Page, words: string | RegExp): Promise<void> {
  await page
    .locator('main')
    .getByText(words)
    .first()
    .waitFor({ state: 'visible', timeout: PATIENCE_MS })
    .catch(async () => {
      const text = await page.locator('main').innerText();
      throw new Error(`the page does not say ${words}, but:\n${text.slice(0, 1_500)}`);
    });
}

/** Waits until the one task that is shown is in that state. */
export async function inState(page: Page, state: string): Promise<void> {
  await page
    .locator(`h1 .status.${state}`)
    .waitFor({ timeout: PATIENCE_MS })
    .catch(async () => {
      throw new Error(`the task is not ${state}, but: ${await page.locator('main').innerText()}`);
    });
}

export function equal(actual: unknown, expected: unknown, what: string): void {
  if (JSON.stringify(actual) === JSON.stringify(expected)) return;
  throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}
