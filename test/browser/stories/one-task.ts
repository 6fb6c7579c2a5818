import { equal, inState, says, seen } from '../expect-page.ts';
import type { Story } from '../story.ts';
import { submit } from '../traffic.ts';
import { run, script, view } from './steps.ts';

export const ONE_TASK_STORIES: readonly Story[] = [
  {
    name: 'a delivered callback is replayed, after a question that Escape answers with no',
    tell: async (page, { url, taskId }) => {
      await page.goto(`${url}/#/tasks/${taskId}`);
      const replay = page.getByRole('button', { name: 'Replay callback' });
      await replay.click();
      await seen(page.getByRole('dialog'), 'the question');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      equal(await replay.evaluate((button) => button.matches(':focus')), true, 'focus is back on the button');
      await replay.click();
      await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click();
      await says(page, /On its way again \(generation \d+\)/);
      await inState(page, 'delivered');
    },
  },
  {
    name: 'a task whose work is done elsewhere shows the curl that tells its outcome',
    tell: async (page, memory) => {
      await view(page, 'Submit').click();
      await page.getByLabel('Task', { exact: true }).selectOption('manual-review');
      await page.getByRole('button', { name: 'Submit', exact: true }).click();
      await page.getByRole('link', { name: 'Watch the task' }).click();
      await inState(page, 'accepted');
      await seen(page.getByRole('heading', { name: 'Tell its outcome' }), 'how its outcome is told');
      const { stdout } = await run('sh', ['-c', `${await page.locator('pre.curl').innerText()} --silent`]);
      equal(JSON.parse(stdout).status, 'completed', 'what the API answered curl');
      await inState(page, 'delivered');
      equal(await page.locator('pre.curl').count(), 0, 'commands, once its outcome is told');
      memory.awaitedId = await submit(memory.url, 'demo', 'manual-review', { subject: 'invoice 4712' });
    },
  },
  {
    name: 'a task is found by its id, also within a line of a log; an unknown one says so',
    tell: async (page, { url, taskId }) => {
      await view(page, 'Tasks').click();
      await page.getByLabel('Find a task by its id').fill(`"task_id":"${taskId.toUpperCase()}"`);
      await page.keyboard.press('Enter');
      await seen(page.locator('.id-line code').filter({ hasText: taskId }), 'the task');
      await page.goto(`${url}/#/tasks?status=delivered&task=generate-report`);
      await seen(page.locator(`a[title="${taskId}"]`), 'the task among the delivered');
      await page.goto(`${url}/#/tasks?status=dead`);
      await says(page, 'No task like that among those that were looked at.');
    },
  },
  {
    name: 'a receiver can be made to hang, and be well again before anything comes',
    tell: async (page, { url }) => {
      await script(page, url, 'hang');
      await says(page, '1 scripted answer to come');
      await script(page, url, 'Answer 200 again');
      await says(page, 'Answers 200 to every callback.');
    },
  },
];
