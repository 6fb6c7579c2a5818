import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { seen } from './expect-page.ts';
import { LOOKS } from './looks.ts';
import { makeTraffic } from './traffic.ts';

const IMAGES = join(import.meta.dirname, '..', '..', 'docs', 'images');

/** The three pictures of the README. */
export async function takeScreenshots(browser: Browser, url: string): Promise<void> {
  mkdirSync(IMAGES, { recursive: true });
  await makeTraffic(url);
  await picture(browser, 'light', `${url}/#/`, async (page) => {
    await seen(page.locator('.picture'), 'the picture');
    await seen(page.locator('.chart'), 'the charts');
    // Until the charts have been asked once more: of the DLQ's depth they know what the page has seen.
    await delay(7_000);
  });
  await picture(browser, 'phone', `${url}/#/`, (page) => seen(page.locator('.picture'), 'the picture'));
  await picture(browser, 'dark', `${url}/#/tasks?host=127.0.0.1`, async (page) => {
    await page.setViewportSize({ width: 1_240, height: 560 });
    await page.locator('tr', { hasText: 'deadline-passed' }).getByRole('link').first().click();
    await seen(page.locator('.time-line pre.bytes'), 'the story of a failed callback');
  });
}

async function picture(
  browser: Browser,
  look: 'light' | 'dark' | 'phone',
  address: string,
  prepare: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(LOOKS[look]);
  const page = await context.newPage();
  await page.goto(address);
  await prepare(page);
  await page.screenshot({ path: join(IMAGES, `console-${look}.png`) });
  await context.close();
}
