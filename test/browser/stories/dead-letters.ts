import { equal, inState, says, seen } from '../expect-page.ts';
import type { Story } from '../story.ts';
import { answerNext, submit } from '../traffic.ts';
import { needAttention, script, view } from './steps.ts';

export const DEAD_LETTER_STORIES: readonly Story[] = [
  {
    name: 'a filter typed but not applied is taken by preview and redrive',
    tell: async (page, { url, deadId }) => {
      const letter = page.locator(`a[title="${deadId}"]`);
      const host = page.getByLabel('Receiver’s host');
      await page.goto(`${url}/#/dead-letters`);
      await seen(letter, 'the dead letter');
      await host.fill('elsewhere.example');
      await page.getByRole('button', { name: 'Preview' }).click();
      await says(page, '0 callbacks would be sent again');
      equal(new URL(page.url()).hash, '#/dead-letters?host=elsewhere.example', 'the address');
      await says(page, 'No dead letter like that.');
      await page.goBack();
      await seen(letter, 'the dead letter, after going back');

      await host.fill('127.0.0.1');
      await page.getByRole('button', { name: 'Redrive…' }).click();
      const question = page.getByRole('dialog');
      await seen(question.getByText('Dead letters with host 127.0.0.1.'), 'which are asked about');
      await page.keyboard.press('Escape');
      await question.waitFor({ state: 'detached' });
      equal(new URL(page.url()).hash, '#/dead-letters?host=127.0.0.1', 'the address');
      await seen(letter, 'the dead letter, which was only asked about');
    },
  },
  {
    name: 'the tasks list follows the needs-attention badge',
    tell: async (page, { url, deadId }) => {
      await page.goto(`${url}/#/tasks/attention`);
      await seen(page.locator(`main a[title="${deadId}"]`), 'the task that needs attention');
      await needAttention(page, 1);

      await answerNext(url, 'gone', [{ status: 410, body: 'no such endpoint' }]);
      const goneId = await submit(url, 'gone', 'generate-report', { rows: [] });
      await needAttention(page, 2);
      await seen(page.locator(`main a[title="${goneId}"]`), 'the one whose receiver has gone');

      const headers = { 'content-type': 'application/json', 'x-console': '1' };
      const body = JSON.stringify({ filters: { reason: 'gone' }, dry_run: false });
      await (await fetch(`${url}/console/api/dlq/redrive`, { method: 'POST', headers, body })).text();
      await needAttention(page, 1);
    },
  },
  {
    name: 'the dead letter is found by its host, previewed, and redriven once the receiver is well',
    tell: async (page, { url, deadId }) => {
      await view(page, 'Dead letters').click();
      await seen(page.locator(`a[title="${deadId}"]`), 'the dead letter');
      await page.getByLabel('Receiver’s host').fill('elsewhere.example');
      await page.keyboard.press('Enter');
      await says(page, 'No dead letter like that.');
      await page.goBack();
      await seen(page.locator(`a[title="${deadId}"]`), 'the dead letter, after going back');

      await page.getByRole('button', { name: 'Preview' }).click();
      await says(page, '1 callback would be sent again. Redrive sends them.');
      await script(page, url, 'Answer 200 again');
      await says(page, 'Answers 200 to every callback.');
      await view(page, 'Dead letters').click();
      await page.getByRole('button', { name: 'Redrive…' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Redrive' }).click();
      await says(page, '1 callback is owed again.');
      await page.goto(`${url}/#/tasks/${deadId}`);
      await inState(page, 'delivered');
      await view(page, 'Dead letters').click();
      await says(page, 'No dead letters.');
    },
  },
];
