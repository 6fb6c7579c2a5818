/** What a person does with the console, from the first task to a redriven callback. Each goes on from the one before. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { equal, inState, says, seen } from './expect-page.ts';
import type { Story } from './story.ts';

const run = promisify(execFile);

const view = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name });

/** Submits the form as it stands, and goes on to the task; its id. */
async function submitAndWatch(page: Page): Promise<string> {
  await view(page, 'Submit').click();
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await says(page, 'Accepted');
  await page.getByRole('link', { name: 'Watch the task' }).click();
  await seen(page.locator('.time-line'), 'the task’s story');
  return (await page.locator('.id-line code').innerText()).trim();
}

async function script(page: Page, url: string, preset: string): Promise<void> {
  await page.goto(`${url}/#/inbox/demo`);
  await page.getByRole('button', { name: preset, exact: true }).click();
}

export const STORIES: readonly Story[] = [
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
  {
    name: 'the keyboard alone goes from the front page to a delivered task',
    tell: walkByKeyboard,
  },
];

/** Tab and Enter, as who has no mouse does it. */
async function walkByKeyboard(page: Page, { url }: { url: string }): Promise<void> {
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
