/**
 * The console in a real browser: `npm run test:browser`. With `-- --screenshots` it also takes the pictures of the
 * README, into docs/images.
 */
import type { Browser } from 'playwright-core';
import { Report } from '../support/report.ts';
import { overflowPixels, seriousFindings } from './accessibility.ts';
import { lookAtAws } from './aws-story.ts';
import { chromiumPath, launch } from './chromium.ts';
import { equal, seen } from './expect-page.ts';
import { LOOKS, viewAddresses } from './looks.ts';
import { takeScreenshots } from './screenshots.ts';
import { startStack } from './stack.ts';
import { STORIES } from './stories.ts';
import type { Memory } from './story.ts';
import { watch } from './watch.ts';

const report = new Report();

async function main(): Promise<number> {
  const executablePath = chromiumPath(process.env);
  if (executablePath === undefined) {
    console.log(
      'There is no Chromium on the PATH, so nothing was tested. Install it (apt-get install chromium), or name it: CHROMIUM=/path/to/chromium npm run test:browser',
    );
    return process.env.CI ? 1 : 0;
  }
  const stack = await startStack();
  try {
    const browser = await launch(executablePath);
    const memory: Memory = { url: stack.url, taskId: '', deadId: '', awaitedId: '' };
    try {
      await tellStories(browser, memory);
      await lookAtEveryView(browser, memory);
      await takeTheServerAway(browser, memory);
      await report.check('the console of a stack on AWS: its token is taken, shown nowhere, and needed', () =>
        lookAtAws(browser, memory, stack.state),
      );
      if (process.argv.includes('--screenshots')) {
        await report.check('screenshots', () => takeScreenshots(browser, stack.url));
      }
    } finally {
      await browser.close();
    }
  } finally {
    await stack.stop();
  }
  return report.end();
}

async function tellStories(browser: Browser, memory: Memory): Promise<void> {
  const context = await browser.newContext(LOOKS.light);
  const seenInAll = watch(context, memory.url);
  const page = await context.newPage();
  for (const { name, tell } of STORIES) await report.check(name, () => tell(page, memory));
  await report.check('the browser had nothing to complain of', async () => {
    equal(seenInAll.complaints, [], 'complaints');
  });
  await report.check('every request went to the stack itself', async () => {
    if (seenInAll.requests() < 20) throw new Error(`only ${seenInAll.requests()} requests were seen`);
    equal(seenInAll.strayRequests, [], 'requests to elsewhere');
  });
  await context.close();
}

/** Accessibility and width: each view in each look. */
async function lookAtEveryView(browser: Browser, memory: Memory): Promise<void> {
  for (const [look, options] of Object.entries(LOOKS)) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    for (const [view, address] of Object.entries(viewAddresses(memory))) {
      await report.check(`${view}, ${look}: accessible, and no wider than its window`, async () => {
        await page.goto(address);
        await seen(page.locator('main h1, main [role=alert]'), 'the view');
        await page.waitForLoadState('networkidle', { timeout: 1_500 }).catch(() => {});
        equal(await seriousFindings(page), [], 'findings');
        equal(await overflowPixels(page), 0, 'pixels too many');
      });
    }
    await context.close();
  }
}

async function takeTheServerAway(browser: Browser, { url }: Memory): Promise<void> {
  const context = await browser.newContext(LOOKS.light);
  const page = await context.newPage();
  await report.check('while the server is away a banner says so, and what was known stays', async () => {
    await page.goto(url);
    await seen(page.locator('.picture'), 'the picture');
    await page.route('**/console/api/**', (route) => route.abort());
    await seen(page.locator('.banner'), 'the banner');
    await seen(page.locator('.picture'), 'the picture, meanwhile');
    await page.unroute('**/console/api/**');
    await page.locator('.banner').waitFor({ state: 'detached', timeout: 20_000 });
  });
  await report.check('a choice of colours outlives a reload', async () => {
    const scheme = 'getComputedStyle(document.documentElement).colorScheme';
    const colours = page.getByRole('button', { name: 'Colours:' });
    await colours.click();
    await page.locator('html[data-theme=light]').waitFor({ state: 'attached' });
    await colours.click();
    await page.locator('html[data-theme=dark]').waitFor({ state: 'attached' });
    await page.reload();
    await seen(page.locator('.picture'), 'the picture');
    equal(await page.evaluate<string>(scheme), 'dark', 'the second choice, after a reload');
  });
  await context.close();
}

process.exitCode = await main();
