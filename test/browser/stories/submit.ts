import { equal, inState, says, seen } from '../expect-page.ts';
import type { Story } from '../story.ts';
import { run, submitAndWatch, view } from './steps.ts';

export const SUBMIT_STORIES: readonly Story[] = [
  {
    name: 'an empty pipeline says what to do',
    tell: async (page, { url }) => {
      await page.goto(url);
      await seen(page.getByRole('heading', { name: 'Pipeline' }), 'the pipeline');
      await says(page, 'No task yet.');
      await view(page, 'Dead letters').click();
      await says(page, 'No dead letters.');
      await view(page, 'Inbox').click();
      await says(page, 'No callback has come yet.');
    },
  },
  {
    name: 'a task is submitted from the form and arrives, verified',
    tell: async (page, memory) => {
      memory.taskId = await submitAndWatch(page);
      await inState(page, 'delivered');
      await page.goto(`${memory.url}/#/inbox/demo`);
      await says(page, '✓ verified');
      equal(await page.locator('.checks li.good').count(), 3, 'checks that passed');
      await seen(page.getByRole('link', { name: memory.taskId }), 'the link from the callback to its task');
    },
  },
  {
    name: 'the curl beside the form does the same',
    tell: async (page) => {
      await view(page, 'Submit').click();
      await page.getByLabel('Inbox', { exact: true }).fill('by-curl');
      await page.getByText('Format, delay, Idempotency-Key').click();
      await page.getByLabel('Idempotency-Key').fill("o'brien 7");
      const command = await page.locator('pre.curl').innerText();
      const { stdout } = await run('sh', ['-c', `${command} --silent`]);
      equal(JSON.parse(stdout).status, 'accepted', 'what the API answered curl');
      await page.getByRole('button', { name: 'Submit', exact: true }).click();
      await says(page, 'Accepted');
      const answer = JSON.parse(await page.getByRole('status').locator('pre').innerText());
      equal(answer.task_id, JSON.parse(stdout).task_id, 'the task of the same key');
    },
  },
  {
    name: 'what is wrong is told beside its field, and by the API in its own words',
    tell: async (page) => {
      await view(page, 'Inbox').click();
      await view(page, 'Submit').click();
      await page.getByLabel('Input, as JSON').fill('{rows: 1}');
      await page.getByRole('button', { name: 'Submit', exact: true }).click();
      await seen(page.getByRole('alert').filter({ hasText: 'Not JSON' }), 'the issue of the input');
      await page.getByLabel('Input, as JSON').fill('{"rows": 1}');
      await page.getByRole('button', { name: 'Submit', exact: true }).click();
      await says(page, 'HTTP 400');
    },
  },
];
