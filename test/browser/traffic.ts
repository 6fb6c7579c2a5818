/** Something to see in the pictures. */
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Half a minute of traffic: most of it well, a receiver that fails at first, one that has gone, work under way, work
 * for later and work that a person does.
 */
export async function makeTraffic(url: string): Promise<void> {
  await answerNext(
    url,
    'flaky',
    Array.from({ length: 12 }, () => ({ status: 503, body: 'being deployed' })),
  );
  await answerNext(
    url,
    'gone',
    Array.from({ length: 3 }, () => ({ status: 410, body: 'no such endpoint' })),
  );
  for (let round = 0; round < 12; round += 1) {
    await submit(url, 'orders', 'generate-report', { rows: [{ city: 'Bonn', visitors: 120 + round }] });
    if (round % 2 === 0) await submit(url, 'flaky', 'generate-report', { csv: 'city,visitors\nKöln,340' });
    if (round % 4 === 0) await submit(url, 'gone', 'generate-report', { rows: [] });
    if (round % 5 === 0) await submit(url, 'orders', 'fail', { message: 'no paper' });
    await delay(1_500 + (round % 3) * 900);
  }
  await submit(url, 'orders', 'manual-review', { subject: 'invoice 4711' });
  await submit(url, 'orders', 'generate-report', { rows: [] }, 3_600);
  await Promise.all([11, 12, 13].map((seconds) => submit(url, 'orders', 'sleep', { seconds })));
}

/** @returns the task's id; its callback goes to an inbox of the stack itself */
export async function submit(
  url: string,
  inbox: string,
  task: string,
  input: object,
  delaySeconds?: number,
): Promise<string> {
  const body = {
    task_name: task,
    callback_url: `${url.replace('localhost', '127.0.0.1')}/inbox/${inbox}`,
    input,
    ...(delaySeconds !== undefined && { delay_seconds: delaySeconds }),
  };
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/tasks`, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (answer.status !== 202) throw new Error(`${task} was answered ${answer.status}: ${text}`);
  return (JSON.parse(text) as { task_id: string }).task_id;
}

/** How an inbox answers what comes next. */
export async function answerNext(url: string, inbox: string, answers: readonly object[]): Promise<void> {
  const path = `${url}/inbox/${inbox}/responses`;
  const answer = await fetch(path, { method: 'PUT', body: JSON.stringify(answers) });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
}
