import type { RequestListener } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { entryOfItem } from '../../lambda/ledger/entry-item.ts';
import { answer, startScriptedServer } from '../support/scripted-server.ts';
import type { HandDrivenStack } from './hand-driven-stack.ts';
import { HANGING_RECEIVER, RECEIVER, type RecordedCase, type RecordedItem } from './recorded-release.ts';

/** Where the API answers while cases are recorded: results name it. */
export const API_URL = 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com';

/** What the functions of a recorded stack find in addition to the variables of their template. */
export const VARIABLES = { API_URL, ALLOWED_CALLBACK_CIDRS: '127.0.0.0/8,::1/128' };

/** A case and how tasks are brought into it. */
interface Recipe {
  readonly story: string;
  readonly request?: NonNullable<RecordedCase['request']>;
  /** What the receiver does with the first callback to this case, the second, …; afterwards 200. */
  readonly answers?: readonly RequestListener[];
  /** @returns the ids of the tasks */
  readonly record: (tools: Tools) => Promise<string | readonly string[]>;
  /** Changes the items into a form that an earlier version wrote. */
  readonly rewrite?: (item: RecordedItem) => RecordedItem;
}

interface Tools {
  readonly stack: HandDrivenStack;
  /** The case's own URL of the receiver. */
  readonly callback_url: string;
  /** The same of a host that answers late. */
  readonly hanging_url: string;
  readonly request: NonNullable<RecordedCase['request']>;
}

/** Most of a recipe waits; with more at once, a small machine is too busy for the functions' time limits. */
const RECORDED_AT_ONCE = 6;

const REPORT = { task_name: 'generate-report' } as const;

/** 1,188 bytes; its summary is larger than what an entry holds, too. */
const LARGE_CSV = [
  'north,south,east,west,centre,total',
  ...Array.from({ length: 40 }, (_, row) => [1, 2, 3, 4, 5, 15].map((value) => value * (row + 100)).join()),
].join('\n');

const RETRY_AFTER_AN_HOUR = answer(503, { 'retry-after': '3600' });
const NOT_HTTP: RequestListener = (request) => request.socket.end('not HTTP\r\n\r\n');
const ANSWERED_LATE: RequestListener = (_request, response) => {
  setTimeout(() => response.writeHead(503).end('too late'), 2_300);
};

const submitReport = ({ stack, callback_url }: Tools, more: object = {}) =>
  stack.submit({ ...REPORT, callback_url, ...more });

/** A report whose work is done and whose callback's message waits. */
const ranReport = async (tools: Tools, more: object = {}) => {
  const taskId = await submitReport(tools, more);
  await tools.stack.handle('tasks', taskId);
  return taskId;
};

/** The same, with so many attempts at its callback. */
const attemptedReport = async (tools: Tools, attempts: number, more: object = {}) => {
  const taskId = await ranReport(tools, more);
  for (let attempt = 0; attempt < attempts; attempt += 1) await tools.stack.handle('callbacks', taskId);
  return taskId;
};

const review = ({ stack, callback_url }: Tools) =>
  stack.submit({ task_name: 'manual-review', callback_url, input: { subject: 'invoice 17' } });

const sleep = ({ stack, callback_url }: Tools, seconds: number) =>
  stack.submit({ task_name: 'sleep', callback_url, input: { seconds } });

/** Submits tasks until some of them have their timers in so many partitions; returns one for each. */
async function spread(
  partitions: number,
  { stack }: Tools,
  submit: () => Promise<string>,
): Promise<readonly string[]> {
  const found = new Map<string, string>();
  while (found.size < partitions) {
    const taskId = await submit();
    const timer = (await stack.items()).find(
      ({ pk, task_id }) => pk?.S?.startsWith('timer#') && task_id?.S === taskId,
    );
    const partition = timer?.pk?.S ?? '';
    if (!found.has(partition)) found.set(partition, taskId);
  }
  return [...found.values()];
}

async function must(answer: ReturnType<HandDrivenStack['request']>, status: number): Promise<void> {
  const given = await answer;
  if (given.status !== status) throw new Error(`Expected ${status}: ${JSON.stringify(given)}`);
}

const LARGE_REVIEW = { status: 'completed', result: { remarks: 'approved. '.repeat(60) } } as const;

const RECIPES: Readonly<Record<string, Recipe>> = {
  accepted: {
    story: 'Submitted. Its message waits in the tasks queue.',
    record: (tools) => submitReport(tools),
  },
  'accepted-with-input': {
    story: 'Submitted with an input that is kept in the entry.',
    record: (tools) => submitReport(tools, { input: { rows: [{ amount: 3 }, { amount: 5 }] } }),
  },
  'accepted-with-large-input': {
    story: 'Submitted with an input that has an item of its own.',
    record: (tools) => submitReport(tools, { input: { csv: LARGE_CSV } }),
  },
  'accepted-for-later': {
    story: 'Submitted with delay_seconds 60. Its message is delayed.',
    record: (tools) => submitReport(tools, { delay_seconds: 60 }),
  },
  'accepted-for-much-later': {
    story: 'Submitted with delay_seconds 3600. Timers in each of 4 partitions send the messages.',
    record: (tools) => spread(4, tools, () => submitReport(tools, { delay_seconds: 3_600 })),
  },
  'accepted-and-lost': {
    story: 'Submitted. SQS moved its message to the dead-letter queue after the last receive.',
    async record(tools) {
      const taskId = await submitReport(tools);
      await tools.stack.exhaustReceives(taskId);
      return taskId;
    },
  },
  'external-accepted': {
    story: 'Submitted for work that is done elsewhere. A timer ends its time.',
    record: review,
  },
  'external-expiring': {
    story: 'The same; nobody will complete it.',
    record: review,
  },
  'external-offered': {
    story:
      'A worker sent a result that has an item of its own. The function died when the result had its place and was not yet the outcome.',
    async record(tools) {
      const taskId = await review(tools);
      const allow = tools.stack.refuse(
        'UpdateItem',
        (body) => body.includes(taskId) && body.includes('"delivering"'),
      );
      await must(tools.stack.request('POST', `/api/tasks/${taskId}/completion`, { body: LARGE_REVIEW }), 503);
      allow();
      return taskId;
    },
  },
  'external-completed': {
    story: 'Its worker completed it. The callback is owed by a message and by a timer.',
    async record(tools) {
      const taskId = await review(tools);
      const body = { status: 'completed', result: { approved: true } };
      await must(tools.stack.request('POST', `/api/tasks/${taskId}/completion`, { body }), 200);
      return taskId;
    },
  },
  'running-lease-live': {
    story: 'The function died in the middle of the work. Its lease still holds.',
    async record(tools) {
      const taskId = await sleep(tools, 1);
      await tools.stack.killRunOf(taskId);
      return taskId;
    },
  },
  'running-lease-lapsed': {
    story: 'The function died in the middle of the work. Load it with an age at which the lease has lapsed.',
    async record(tools) {
      const taskId = await sleep(tools, 1);
      await tools.stack.killRunOf(taskId);
      return taskId;
    },
  },
  'running-runs-exhausted': {
    story:
      'The third of three runs was claimed and never ended. Load it with an age at which the lease has lapsed.',
    async record({ stack, callback_url }) {
      const taskId = await stack.submit({
        task_name: 'fail',
        callback_url,
        input: { times: 100, message: 'not yet' },
      });
      await stack.handle('tasks', taskId);
      await stack.handle('tasks', taskId);
      // Too late in its invocation to begin: the task stays claimed.
      await stack.handle('tasks', taskId, stack.stage({ timeoutSeconds: 4 }));
      return taskId;
    },
  },
  'waiting-for-second-run': {
    story: 'The first run asked for another one. The message comes back for it.',
    async record({ stack, callback_url }) {
      const taskId = await stack.submit({ task_name: 'fail', callback_url, input: { times: 1 } });
      await stack.handle('tasks', taskId);
      return taskId;
    },
  },
  delivering: {
    story: 'The work is done. The message for its callback waits.',
    record: (tools) => ranReport(tools, { input: { rows: [{ amount: 3 }, { amount: 5 }] } }),
  },
  'delivering-large-result': {
    story: 'The work is done; its result has an item of its own.',
    record: (tools) => ranReport(tools, { input: { csv: LARGE_CSV } }),
  },
  'delivering-failed': {
    story: 'The work threw an error. The message for its callback waits.',
    async record({ stack, callback_url }) {
      const taskId = await stack.submit({ task_name: 'fail', callback_url, input: { message: 'boom' } });
      await stack.handle('tasks', taskId);
      return taskId;
    },
  },
  'delivering-timeout': {
    story: 'The work ran out of time. The message for its callback waits.',
    async record(tools) {
      const taskId = await sleep(tools, 5);
      const variables = { RUN_TIMEOUT_SECONDS: '1' };
      await tools.stack.handle('tasks', taskId, tools.stack.stage({ variables }));
      return taskId;
    },
  },
  'delivering-job': {
    story: 'The callback is to have the format "job".',
    record: (tools) => ranReport(tools, { callback_format: 'job' }),
  },
  'delivering-beam-v1': {
    story: 'The callback is to have the format "beam-v1".',
    record: (tools) => ranReport(tools, { callback_format: 'beam-v1' }),
  },
  'delivering-beam-v2': {
    story: 'The callback is to have the format "beam-v2".',
    record: (tools) => ranReport(tools, { callback_format: 'beam-v2' }),
  },
  'delivering-standard': {
    story: 'The callback is to have the format "standard".',
    record: (tools) => ranReport(tools, { callback_format: 'standard' }),
  },
  'delivering-again-soon': {
    story: 'One attempt failed. The message comes back for the second.',
    answers: [answer(503, {}, 'not now')],
    record: (tools) => attemptedReport(tools, 1),
  },
  'delivering-again-soon-older-form': {
    story: 'The same, with the attempts as a list of maps, as they were kept before 0.1.0.',
    answers: [answer(503, {}, 'not now')],
    record: (tools) => attemptedReport(tools, 1),
    rewrite: withAttemptsAsList,
  },
  'delivering-again-later': {
    story: 'Two attempts failed. A timer sends the message for the third.',
    answers: [NOT_HTTP, answer(503, {}, 'not now')],
    async record(tools) {
      const taskId = await ranReport(tools);
      // A first wait that is shorter than the default one saves time here.
      const variables = { RETRY_SCHEDULE_SECONDS: '1,300' };
      await tools.stack.handle('callbacks', taskId, tools.stack.stage({ variables }));
      await tools.stack.handle('callbacks', taskId);
      return taskId;
    },
  },
  'delivering-again-much-later': {
    story: 'The receiver asked for an hour. Timers in each of 3 partitions send the messages.',
    answers: Array.from({ length: 200 }, () => RETRY_AFTER_AN_HOUR),
    record: (tools) => spread(3, tools, () => attemptedReport(tools, 1)),
  },
  'delivering-held-back': {
    story: 'The host did not answer in time. Its callback waits by timer, without an attempt.',
    async record({ stack, hanging_url }) {
      const deliver = stack.stage({});
      const first = await stack.submit({ ...REPORT, callback_url: hanging_url });
      await stack.handle('tasks', first);
      await stack.handle('callbacks', first, deliver);
      const taskId = await stack.submit({ ...REPORT, callback_url: hanging_url });
      await stack.handle('tasks', taskId);
      await stack.handle('callbacks', taskId, deliver);
      return taskId;
    },
  },
  delivered: {
    story: 'The callback was answered 200.',
    record: (tools) => attemptedReport(tools, 1),
  },
  completed: {
    story: 'Submitted with an Idempotency-Key and without a callback URL. The work is done.',
    request: {
      headers: { 'idempotency-key': 'recorded-request' },
      body: { ...REPORT, input: { rows: [{ amount: 3 }, { amount: 5 }] } },
    },
    async record({ stack, request: { body, headers } }) {
      const taskId = await stack.submit(body, headers);
      await stack.handle('tasks', taskId);
      return taskId;
    },
  },
  cancelled: {
    story: 'Cancelled before it began. The callback is owed by a message and by a timer.',
    async record(tools) {
      const taskId = await submitReport(tools, { delay_seconds: 3_600 });
      await must(tools.stack.request('DELETE', `/api/tasks/${taskId}`), 200);
      return taskId;
    },
  },
  'cancelled-unsent': {
    story: 'Cancelled; the function died before it sent the message. A timer does.',
    async record(tools) {
      const taskId = await submitReport(tools, { delay_seconds: 3_600 });
      const allow = tools.stack.refuse('SendMessage', (body) => body.includes(taskId));
      await must(tools.stack.request('DELETE', `/api/tasks/${taskId}`), 503);
      allow();
      return taskId;
    },
  },
  'dead-deadline-passed': {
    story: 'The callback failed after its deadline. Its message is in the dead-letter queue.',
    answers: [answer(503, {}, 'not now')],
    async record(tools) {
      const taskId = await submitReport(tools);
      const variables = { DELIVERY_DEADLINE_SECONDS: '1' };
      await tools.stack.handle('tasks', taskId, tools.stack.stage({ variables }));
      await delay(1_100);
      await tools.stack.handle('callbacks', taskId);
      return taskId;
    },
  },
  'dead-gone': {
    story: 'The receiver answered 410. The message is in the dead-letter queue.',
    answers: [answer(410, {}, 'gone')],
    record: (tools) => attemptedReport(tools, 1),
  },
  'dead-url-refused': {
    story: 'Its callback URL is no longer allowed. The message is in the dead-letter queue.',
    async record(tools) {
      const taskId = await ranReport(tools);
      const variables = { ALLOWED_CALLBACK_CIDRS: '' };
      await tools.stack.handle('callbacks', taskId, tools.stack.stage({ variables }));
      return taskId;
    },
  },
  redriven: {
    story:
      'Dead once and redriven. The first attempt since then failed; the message comes back for the next.',
    answers: [answer(410, {}, 'gone'), answer(503, {}, 'not now')],
    async record(tools) {
      const taskId = await attemptedReport(tools, 1);
      await tools.stack.redrive(taskId);
      await tools.stack.handle('callbacks', taskId);
      return taskId;
    },
  },
  replayed: {
    story: 'Delivered, and replayed. The callback is owed by a message and by a timer.',
    async record(tools) {
      const taskId = await attemptedReport(tools, 1);
      await must(tools.stack.request('POST', `/api/tasks/${taskId}/replay`), 202);
      return taskId;
    },
  },
};

/**
 * Brings tasks into every state by the functions of a stack, and notes what DynamoDB and SQS then hold of each.
 * Takes about 10 s.
 */
export async function recordCases(stack: HandDrivenStack): Promise<Record<string, RecordedCase>> {
  const seen = new Map<string, number>();
  const receiver = await startScriptedServer((request, response) => {
    const path = request.url ?? '';
    const times = seen.get(path) ?? 0;
    seen.set(path, times + 1);
    const script = RECIPES[path.slice('/'.length)]?.answers ?? [];
    (script[times] ?? answer(200))(request, response);
  });
  const hanging = await startScriptedServer(ANSWERED_LATE);
  const hosts = { receiver: `127.0.0.1:${receiver.port}`, hanging: `127.0.0.1:${hanging.port}` };
  try {
    const recorded = new Map<string, RecordedCase>();
    const left = Object.entries(RECIPES);
    const recordNext = async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const [name, recipe] = next;
        const tools: Tools = {
          stack,
          callback_url: `http://${hosts.receiver}/${name}`,
          hanging_url: `http://${hosts.hanging}/${name}`,
          request: recipe.request ?? { headers: {}, body: {} },
        };
        const taskIds = await recipe.record(tools).catch((error: unknown) => {
          throw new Error(`The case ${name} could not be recorded.`, { cause: error });
        });
        recorded.set(name, await snapshot(stack, recipe, [taskIds].flat(), hosts));
      }
    };
    await Promise.all(Array.from({ length: RECORDED_AT_ONCE }, recordNext));
    const names = Object.keys(RECIPES);
    return Object.fromEntries([...recorded].sort(([a], [b]) => names.indexOf(a) - names.indexOf(b)));
  } finally {
    await Promise.all([receiver.close(), hanging.close()]);
  }
}

/** Everything that there is of these tasks now. */
export async function snapshot(
  stack: HandDrivenStack,
  { story, request, rewrite = (item) => item }: Pick<Recipe, 'story' | 'request' | 'rewrite'>,
  task_ids: readonly string[],
  hosts: { readonly receiver: string; readonly hanging: string },
): Promise<RecordedCase> {
  const recorded_at_ms = Date.now();
  const messages = stack.messagesOf(task_ids);
  const all = await stack.items();
  const partitions = task_ids.map((taskId) => `task#${taskId}`);
  const own = all.filter(
    ({ pk, task_id }) => partitions.includes(pk?.S ?? '') || task_ids.includes(task_id?.S ?? ''),
  );
  const callsHanging = own.some(({ callback_url }) => callback_url?.S?.includes(hosts.hanging));
  const hangs = all.filter(({ pk, sk }) => callsHanging && pk?.S === 'hangs' && sk?.S === hosts.hanging);
  const recorded: RecordedCase = {
    story,
    recorded_at_ms,
    task_ids,
    ...(request !== undefined && { request }),
    items: [...own, ...hangs].map(rewrite).map(withKeyFirst).sort(byKey),
    messages,
  };
  return JSON.parse(
    JSON.stringify(recorded).replaceAll(hosts.receiver, RECEIVER).replaceAll(hosts.hanging, HANGING_RECEIVER),
  );
}

function withAttemptsAsList(item: RecordedItem): RecordedItem {
  if (item.attempts === undefined) return item;
  const { attempts } = entryOfItem(unmarshall(item)) ?? {};
  return { ...item, ...marshall({ attempts }) };
}

function byKey(a: RecordedItem, b: RecordedItem): number {
  return `${a.pk?.S} ${a.sk?.S}`.localeCompare(`${b.pk?.S} ${b.sk?.S}`, 'en');
}

function withKeyFirst({ pk, sk, ...fields }: RecordedItem): RecordedItem {
  const sorted = Object.entries(fields).sort(([a], [b]) => a.localeCompare(b));
  return { ...(pk && { pk }), ...(sk && { sk }), ...Object.fromEntries(sorted) };
}
