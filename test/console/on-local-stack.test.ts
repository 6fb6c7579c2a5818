import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  About,
  Charts,
  InboxCallback,
  InboxSummary,
  Overview,
  SubmitAnswer,
  TaskDetail,
  TaskList,
} from '../../console/api-types.ts';
import { eventually, type Pipeline, startPipeline } from '../support/pipeline.ts';
import { type ConsolePage, consolePage } from './console-page.ts';

let pipeline: Pipeline;
let page: ConsolePage;
beforeAll(async () => {
  pipeline = await startPipeline();
  page = consolePage(pipeline.stack.url, undefined, async () => {});
});
afterAll(() => pipeline.stop());

const inbox = async <T>(path: string) => (await (await fetch(`${page.url}${path}`)).json()) as T;

async function submit(body: object): Promise<string> {
  const answer = await page.post('submit', { body });
  const { status, body: accepted } = (await answer.json()) as SubmitAnswer;
  expect(status).toBe(202);
  return (accepted as { task_id: string }).task_id;
}

const task = (id: string, status: string) =>
  eventually(async () => {
    const detail = await page.get<TaskDetail>(`tasks/${id}`);
    expect(detail.status).toBe(status);
    return detail;
  });

describe('the console of the local stack', () => {
  it('is its front page', async () => {
    const answer = await fetch(`${page.url}/`);

    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await answer.text()).toContain('/console/app.js');
    expect(await page.get<About>('about')).toMatchObject({ isLocal: true, auth: 'none', inbox: true });
  });

  it('tells a task from its submission to its callback, each run and each attempt', async () => {
    const callbackUrl = `${page.url}/inbox/story`;
    await fetch(`${callbackUrl}/responses`, { method: 'PUT', body: '[{"status":503,"body":"back soon"}]' });
    const input = { times: 1, message: 'no paper' };
    const id = await submit({ task_name: 'fail', input, callback_url: callbackUrl });

    const waiting = await eventually(async () => {
      const detail = await page.get<TaskDetail>(`tasks/${id}`);
      expect(detail.callback?.attempt_count).toBe(1);
      return detail;
    });

    expect(waiting.story.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      'accepted: Accepted from arn:aws:iam::000000000000:user/local',
      'run: Run 1 began',
      'run: Run 1 asked for another run, which waits',
      'run: Run 2 began',
      'outcome: Its outcome was stored: completed',
      `attempt: Attempt 1 at ${page.url}: HTTP 503`,
      'next: Attempt 2',
      'next: Its callback is given up after an attempt that fails then',
    ]);
    expect(waiting.story[2]).toMatchObject({ until: expect.stringMatching(/^\d{4}-\S+Z$/), tone: 'bad' });
    expect(waiting.story[5]).toMatchObject({ status_code: 503, first_bytes: 'back soon', tone: 'bad' });
    // The wait before the second attempt is five seconds.
    expect((await task(id, 'delivered')).story.at(-1)).toMatchObject({ kind: 'delivered', tone: 'good' });

    const came = await inbox<InboxCallback[]>('/inbox/story');
    expect(came.map(({ verified, checks = [] }) => [verified, checks.map(({ ok }) => ok)])).toEqual([
      [true, [true, true, true]],
      [true, [true, true, true]],
    ]);
    expect(await inbox<InboxSummary[]>('/inbox')).toMatchObject([{ name: 'story', count: 2, verified: 2 }]);
  });

  it('counts it, lists it, and draws it', async () => {
    const id = await submit({
      task_name: 'sleep',
      input: { seconds: 0 },
      callback_url: `${page.url}/inbox/counted`,
    });
    await task(id, 'delivered');

    const { stages } = await eventually(async () => {
      const overview = await page.get<Overview>('overview');
      expect(overview.stages.delivered).toBeGreaterThanOrEqual(1);
      return overview;
    });
    const { tasks } = await page.get<TaskList>('tasks?limit=1');
    const { series } = await page.get<Charts>('charts');

    expect(stages.dead).toBe(0);
    expect(tasks).toMatchObject([{ task_id: id, status: 'delivered', attempts: 1, outcome: 'completed' }]);
    const told = (name: string) =>
      series.find((one) => one.name === name)?.points.map(([, value]) => value ?? 0);
    expect(Math.max(...(told('accepted') ?? []))).toBeGreaterThanOrEqual(2);
    expect(Math.max(...(told('callback latency p95') ?? []))).toBeGreaterThan(0);
  });

  it('passes on what the API answers, be it a refusal', async () => {
    const answer = await page.post('submit', { body: { task_name: 'nonsense' } });

    expect(answer.status).toBe(200);
    expect((await answer.json()) as SubmitAnswer).toMatchObject({
      status: 400,
      headers: { 'content-type': 'application/problem+json' },
      body: { title: 'Bad Request' },
    });
  });

  it('takes a task once under one Idempotency-Key', async () => {
    const request = { body: { task_name: 'sleep', input: { seconds: 0 } }, idempotency_key: 'console-1' };
    const ids = [];
    for (let count = 0; count < 2; count += 1) {
      const { body } = (await (await page.post('submit', request)).json()) as SubmitAnswer;
      ids.push((body as { task_id: string }).task_id);
    }

    expect(ids[0]).toBe(ids[1]);
  });
});
