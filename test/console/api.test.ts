import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  Attention,
  LetterList,
  Overview,
  ProblemJson,
  RedriveEnd,
  TaskDetail,
  TaskList,
} from '../../console/api-types.ts';
import { localDesk } from '../../console/local-desk.ts';
import { LogMemory } from '../../console/log-memory.ts';
import { messageFor, type OperatedStack, startOperatedStack } from '../ops/operated-stack.ts';
import { ALICE, acceptedTask, deliveringTask } from '../support/entries.ts';
import { type ConsolePage, linesOf, openConsole } from './console-page.ts';

const HOUR_MS = 3_600_000;

let stack: OperatedStack;
let page: ConsolePage;
beforeEach(async () => {
  stack = await startOperatedStack();
  page = await openConsole({
    desk: localDesk({
      stateDirectory: stack.state,
      engines: stack.endpoints.engines,
      pipeline: stack.pipeline,
      log: new LogMemory(Date.now()),
      tasks: () => [],
    }),
  });
});
afterEach(async () => {
  await page.stop();
  await stack.stop();
});

/** A task that is going on, and not yet for long. */
const youngTask = (differences: Parameters<typeof acceptedTask>[0] = {}) => {
  const nowMs = Date.now();
  return acceptedTask({ accepted_at_ms: nowMs, not_before_ms: nowMs, ...differences });
};

describe('the overview', () => {
  it('counts tasks by state, messages by queue, timers, and who waits for a person', async () => {
    await stack.dead();
    await stack.put(youngTask());
    const stuck = await stack.put(acceptedTask());
    const parked = await stack.put(acceptedTask());
    const { task_id, generation } = parked;
    const timer = { task_id, generation, at_ms: Date.now() + HOUR_MS, queue: 'tasks', group: ALICE } as const;
    await stack.ledger.ledger.putTimer(timer);
    await stack.put(deliveringTask({ state: 'delivered' }));
    await stack.tasks.queue.send({ message: { task_id: stuck.task_id, generation: 0 }, group: ALICE });

    const overview = await page.get<Overview>('overview');

    expect(overview.stages).toEqual({
      accepted: 3,
      running: 0,
      delivering: 0,
      delivered: 1,
      dead: 1,
      completed: 0,
    });
    expect(overview.queues.tasks).toMatchObject({ visible: 1, in_flight: 0, delayed: 0 });
    expect(overview.queues.dead_letters.visible).toBe(1);
    expect(overview.queues.dead_letters.oldest_age_seconds).toBeGreaterThan(0);
    expect(overview.timers).toBe(1);
    // The dead one, and the one that no timer drives.
    expect(overview.attention).toBe(2);
  });
});

describe('what waits for a person', () => {
  it('is told with why, the stuck first', async () => {
    const dead = await stack.dead({ dead_reason: 'gone' });
    const stuck = await stack.put(acceptedTask());
    await stack.put(youngTask());

    const { tasks, more } = await page.get<Attention>('attention');

    expect(tasks.map(({ task_id, why }) => [task_id, why])).toEqual([
      [
        stuck.task_id,
        'Due for more than 15m, and neither a message nor a timer seems to drive it: npm run ops -- tasks requeue sends it again.',
      ],
      [dead.task_id, 'Its receiver answered 410 Gone: nobody wants this callback there any more.'],
    ]);
    expect(more).toBe(false);
  });
});

describe('a task in a state of a newer version', () => {
  it('waits for a person, and counts in no known state', async () => {
    const paused = await stack.put(youngTask({ state: 'paused' as 'accepted' }));

    const { tasks } = await page.get<Attention>('attention');
    const { stages, attention } = await page.get<Overview>('overview');

    expect(tasks.map(({ task_id, why }) => [task_id, why])).toEqual([
      [
        paused.task_id,
        'It is in a state that this version does not know, paused. Update the console to the version that is deployed.',
      ],
    ]);
    expect(attention).toBe(1);
    expect(Object.values(stages)).toEqual([0, 0, 0, 0, 0, 0]);
    expect((await page.get<TaskList>('tasks')).tasks).toMatchObject([{ status: 'paused' }]);
  });
});

describe('the list of tasks', () => {
  it('shows the latest first, page by page, each once, with nothing of their content', async () => {
    const nowMs = Date.now();
    const entries = Array.from({ length: 7 }, (_, index) =>
      youngTask({ accepted_at_ms: nowMs - index * 1_000 }),
    );
    for (const entry of entries) await stack.put(entry);

    const pages: TaskList[] = [];
    let cursor: string | undefined = '';
    while (cursor !== undefined) {
      const list: TaskList = await page.get(`tasks?limit=3&cursor=${cursor}`);
      pages.push(list);
      cursor = list.cursor;
    }

    expect(pages.map(({ tasks }) => tasks.length)).toEqual([3, 3, 1]);
    expect(pages.flatMap(({ tasks }) => tasks.map(({ task_id }) => task_id))).toEqual(
      entries.map(({ task_id }) => task_id),
    );
    expect(pages[0]?.tasks[0]).toEqual({
      task_id: entries[0]?.task_id,
      task_name: 'sleep',
      status: 'accepted',
      accepted_at: new Date(nowMs).toISOString(),
      runs: 0,
      attempts: 0,
      callback_origin: 'https://receiver.example',
      client: ALICE,
    });
  });

  it('can be narrowed down', async () => {
    const dead = await stack.dead({ callback_url: 'https://slow.example:8443/hook?key=1' });
    const billing = await stack.put(youngTask({ client: 'api-key:billing', task_name: 'generate-report' }));
    await stack.put(youngTask());
    const ids = async (query: string) =>
      (await page.get<TaskList>(`tasks?${query}`)).tasks.map(({ task_id }) => task_id);

    expect(await ids('status=dead')).toEqual([dead.task_id]);
    expect(await ids('host=slow.example')).toEqual([dead.task_id]);
    expect(await ids('client=api-key:billing')).toEqual([billing.task_id]);
    expect(await ids('task=generate-report&status=accepted')).toEqual([billing.task_id]);
    expect(await ids('since=1h&task=generate-report&host=')).toEqual([billing.task_id]);
    expect(await ids('since=1h&status=dead')).toEqual([]);
  });

  it.each([
    [
      'status=asleep',
      'status is asleep; there are: accepted, running, delivering, delivered, completed, dead.',
    ],
    ['limit=0', 'limit is 0; it must be a whole number from 1 to 500.'],
    ['since=soon', '--since is soon; it must be how long ago'],
    ['cursor=eyJmcm9tIjp7fX0', 'cursor is none that the console has given; ask again without it.'],
  ])('says what is wrong with ?%s', async (query, words) => {
    expect(await page.refused(`tasks?${query}`)).toMatchObject({
      status: 400,
      title: 'Bad Request',
      detail: expect.stringContaining(words),
    });
  });
});

describe('one task', () => {
  it('tells its story, of its callback’s URL the origin, and no content', async () => {
    const { task_id } = await stack.dead({
      attempts: [{ attempt: 3, at_ms: 1_764_259_200_000, duration_ms: 41, status_code: 503 }],
      last_answer: 'down for\u001b[31m maintenance',
    });

    const task = await page.get<TaskDetail>(`tasks/${task_id.toUpperCase()}`);

    expect(task).toMatchObject({
      task_id,
      status: 'dead',
      callback: {
        origin: 'https://receiver.example',
        format: 'task',
        generation: 1,
        dead_reason: 'deadline-passed',
      },
      result_url: `${stack.pipeline.apiUrl}/api/tasks/${task_id}/result`,
    });
    expect(task.story.map(({ kind, text, tone }) => `${kind} ${tone}: ${text}`)).toEqual([
      `accepted plain: Accepted from ${ALICE}`,
      'run plain: Ran, in 1 run',
      'outcome good: Its outcome was stored: completed',
      'attempt plain: 2 attempts before these are not kept',
      'attempt bad: Attempt 3 at https://receiver.example: HTTP 503',
      'dead bad: Given up (deadline-passed): it is in the dead-letter queue, and can be redriven or replayed',
    ]);
    expect(JSON.stringify(task)).not.toMatch(/hook|key=1|slept_seconds|\\u001b/);
  });

  it('that the ledger does not know is not there, and what is no id is none', async () => {
    const id = randomUUID();

    expect(await page.refused(`tasks/${id}`)).toMatchObject({
      status: 404,
      detail: expect.stringContaining(
        `has no task ${id}: never accepted here, or settled and expired since.`,
      ),
    });
    expect(await page.refused('tasks/..%2F..')).toMatchObject({ status: 400 });
  });
});

describe('the dead-letter queue', () => {
  it('is shown by filter, and left as it is', async () => {
    const gone = await stack.dead({ callback_url: 'https://slow.example/hook', dead_reason: 'gone' });
    const settled = await stack.put(deliveringTask({ state: 'delivered' }));
    await stack.letter(messageFor(settled));
    await stack.letter('hello');

    const { letters } = await page.get<LetterList>('dlq');
    const filtered = await page.get<LetterList>('dlq?host=slow.example&reason=gone&older_than=1h');
    const younger = await page.get<LetterList>('dlq?older_than=3650d');

    const told = letters.map(({ task_id, reason, silent }) => ({ task_id, reason, silent }));
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        { task_id: gone.task_id, reason: 'gone', silent: false },
        { task_id: settled.task_id, reason: 'settled', silent: true },
        { task_id: '', reason: 'malformed', silent: true },
      ]),
    );
    expect(filtered).toEqual({
      letters: [
        {
          task_id: gone.task_id,
          task_name: 'sleep',
          host: 'slow.example',
          reason: 'gone',
          attempts: 3,
          died_at: '2025-11-27T16:00:06.000Z',
          silent: false,
        },
      ],
      more: false,
    });
    expect(younger.letters).toEqual([]);
  });

  it('is redriven by filter, told line by line; a dry run sends nothing', async () => {
    const wanted = await stack.dead({ callback_url: 'https://well.example/hook' });
    for (let count = 0; count < 12; count += 1) await stack.dead();
    const redrive = async (dryRun: boolean) => {
      const answer = await page.post('dlq/redrive', { filters: { host: 'well.example' }, dry_run: dryRun });
      expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
      return await linesOf<RedriveEnd>(answer);
    };

    const preview = await redrive(true);
    expect(await stack.callbacks.bodies()).toEqual([]);
    const lines = await redrive(false);

    for (const told of [preview, lines]) {
      expect(told[0]).toMatchObject({ done: 0, redriven: 0 });
      expect(told.length).toBeGreaterThanOrEqual(4);
      expect(told.at(-1)).toEqual({
        done: 13,
        total: 13,
        redriven: 1,
        skipped: 0,
        failed: 0,
        finished: true,
        tally: [{ host: 'well.example', task_name: 'sleep', reason: 'deadline-passed', count: 1 }],
      });
    }
    expect(await stack.callbacks.bodies()).toEqual([{ v: 1, task_id: wanted.task_id, generation: 1 }]);
    expect((await page.get<LetterList>('dlq')).letters).toHaveLength(12);
  });

  it('is listed and redriven in turn: nobody misses a letter that the other holds', async () => {
    for (let count = 0; count < 5; count += 1) await stack.dead();

    const [first, second, answer] = await Promise.all([
      page.get<LetterList>('dlq'),
      page.get<LetterList>('dlq'),
      page.post('dlq/redrive', { filters: {}, dry_run: true }),
    ]);

    expect([first.letters.length, second.letters.length]).toEqual([5, 5]);
    expect((await linesOf<RedriveEnd>(answer)).at(-1)?.redriven).toBe(5);
  });

  it('is not redriven by what is not understood', async () => {
    await stack.dead();

    const strange = await page.post('dlq/redrive', { filters: { hots: 'x' }, dry_run: false });
    const filter = await page.post('dlq/redrive', { filters: { reason: 'bored' }, dry_run: false });

    expect([strange.status, await strange.json()]).toMatchObject([400, { issues: [{ path: 'filters' }] }]);
    expect([filter.status, await filter.json()]).toMatchObject([
      400,
      { detail: expect.stringContaining('--reason is bored') },
    ]);
    expect(await stack.callbacks.bodies()).toEqual([]);
  });
});

describe('a replay', () => {
  it('sends a settled callback once more, in a life of its own', async () => {
    const { task_id } = await stack.dead();

    const answer = await page.post(`tasks/${task_id}/replay`);

    expect([answer.status, await answer.json()]).toEqual([202, { task_id, generation: 2 }]);
    expect(await stack.callbacks.bodies()).toEqual([{ v: 1, task_id, generation: 2 }]);
  });

  it('of what is not settled is refused, with why', async () => {
    const { task_id } = await stack.put(youngTask());

    const answer = await page.post(`tasks/${task_id}/replay`);

    expect([answer.status, await answer.json()]).toMatchObject([
      409,
      { detail: expect.stringContaining('has no settled callback to send again') },
    ]);
  });
});

describe('the console itself', () => {
  it('gives its page what it may load, and forbids it everything else', async () => {
    const answers = await Promise.all(
      ['/', '/console/app.js', '/console/app.css'].map((path) => fetch(`${page.url}${path}`)),
    );

    expect(answers.map(({ status, headers }) => [status, headers.get('content-type')])).toEqual([
      [200, 'text/html; charset=utf-8'],
      [200, 'text/javascript; charset=utf-8'],
      [200, 'text/css; charset=utf-8'],
    ]);
    for (const { headers } of answers) {
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    }
  });

  it('refuses a page of another site, whatever it asks', async () => {
    const { task_id } = await stack.dead();
    const overview = `${page.url}/console/api/overview`;
    const answers = await Promise.all([
      fetch(overview, { headers: { 'x-console': '1', 'sec-fetch-site': 'cross-site' } }),
      // A picture, in a browser that does not say where it comes from.
      fetch(overview),
      fetch(`${page.url}/console/api/tasks/${task_id}/replay`, { method: 'POST' }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(await stack.callbacks.bodies()).toEqual([]);
  });

  it('tells what it does not have, and what it does not take', async () => {
    expect((await page.refused('nonsense')).status).toBe(404);
    expect((await page.refused('submit')).status).toBe(405);
    expect((await fetch(`${page.url}/console/secrets.json`)).status).toBe(404);
    expect((await fetch(`${page.url}/`, { method: 'POST' })).status).toBe(405);
  });

  it('refuses what nests too deep, before anybody has to walk it', async () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    const submit = async (levels: number) => {
      const headers = { 'x-console': '1', 'content-type': 'application/json' };
      const body = `{"body":${nested(levels)}}`;
      const answer = await fetch(`${page.url}/console/api/submit`, { method: 'POST', headers, body });
      return [answer.status, ((await answer.json()) as ProblemJson).detail];
    };

    expect(await submit(10_000)).toEqual([
      400,
      "The body nests 10001 levels deep; the console takes 128, and the API of a task's input 64.",
    ]);
    // It passes the check and is sent to the API, which resets each connection in these tests.
    expect(await submit(127)).toMatchObject([502, expect.stringContaining('did not answer')]);
  });

  it('says that the stack is gone, once it is', async () => {
    await stack.engines.stop();

    expect(await page.refused('overview')).toMatchObject({
      status: 503,
      detail: expect.stringContaining('The stack does not answer.'),
    });
  });
});
