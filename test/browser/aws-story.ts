import type { Browser, BrowserContext, Page } from 'playwright-core';
import { seriousFindings } from './accessibility.ts';
import { equal, says, seen } from './expect-page.ts';
import { LOOKS } from './looks.ts';
import { type OperatorsConsole, startOperatorsConsole } from './operators-console.ts';
import { needAttention } from './stories/steps.ts';
import type { Memory } from './story.ts';
import { answerNext, submit } from './traffic.ts';

/**
 * What differs where the console looks at a stack on AWS: a token, no inbox, metrics that may be refused.
 *
 * @param state of the local stack that stands in for it
 */
export async function lookAtAws(browser: Browser, memory: Memory, state: string): Promise<void> {
  const operators = await startOperatorsConsole(state);
  const context = await browser.newContext(LOOKS.dark);
  const strangers = await browser.newContext();
  try {
    await lookAsOperator(context, operators, memory);
    const stranger = await strangers.newPage();
    await stranger.goto(operators.url);
    await says(stranger, /The console does not know this page/);
  } finally {
    await context.close();
    await strangers.close();
    await operators.stop();
  }
}

async function lookAsOperator(
  context: BrowserContext,
  { url, address }: OperatorsConsole,
  { taskId, url: localUrl }: Memory,
): Promise<void> {
  const page = await context.newPage();
  await page.goto(address);
  await seen(page.getByText('the pipeline Callbacks/Pipeline'), 'the pipeline’s name');
  equal(page.url(), `${url}/#/`, 'the address once the token is taken');
  await seen(page.locator('.picture'), 'the picture');
  await says(page, 'cloudwatch:GetMetricData');
  equal(await seriousFindings(page), [], 'findings');
  equal(await page.getByRole('link', { name: 'Inbox' }).count(), 0, 'links to an inbox');
  await page.goto(`${url}/#/tasks/${taskId}`);
  await page.reload();
  await seen(page.locator('.time-line'), 'the task’s story, after a reload');
  await listFollowsBadge(page, url, localUrl);
  await page.goto(`${url}/#/submit`);
  await says(page, "--aws-sigv4 'aws:amz:eu-central-1:execute-api'");
}

/** On AWS the list is not asked for every other second: it is when the number above it says otherwise. */
async function listFollowsBadge(page: Page, url: string, localUrl: string): Promise<void> {
  await page.goto(`${url}/#/tasks/attention`);
  await says(page, 'Nothing needs attention.');
  await answerNext(localUrl, 'gone', [{ status: 410, body: 'no such endpoint' }]);
  await submit(localUrl, 'gone', 'generate-report', { rows: [] });
  await needAttention(page, 1);
}
