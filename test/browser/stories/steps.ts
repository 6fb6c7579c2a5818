/** What a person does in several stories. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { says, seen } from '../expect-page.ts';

/** Runs a program. */
export const run = promisify(execFile);

/** The link to a view. */
export const view = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name });

/** How many wait for somebody there. */
const badge = (page: Page, name: string) => view(page, name).locator('.waiting');

/** Submits the form as it stands, and goes on to the task; its id. */
export async function submitAndWatch(page: Page): Promise<string> {
  await view(page, 'Submit').click();
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await says(page, 'Accepted');
  await page.getByRole('link', { name: 'Watch the task' }).click();
  await seen(page.locator('.time-line'), 'the task’s story');
  return (await page.locator('.id-line code').innerText()).trim();
}

/** How the inbox demo is to answer next. */
export async function script(page: Page, url: string, preset: string): Promise<void> {
  await page.goto(`${url}/#/inbox/demo`);
  await page.getByRole('button', { name: preset, exact: true }).click();
}

/** The badge and the list say the same: so many. */
export async function needAttention(page: Page, tasks: number): Promise<void> {
  await seen(badge(page, 'Tasks').getByText(`${tasks}`, { exact: true }), `the badge with ${tasks}`);
  await seen(
    page.locator(`main tbody:not(:has(tr:nth-child(${tasks + 1}))) tr:nth-child(${tasks})`),
    `a list of ${tasks}`,
  );
}
