import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { handler as completeHandler } from '../../lambda/complete-task/handler.ts';
import type { handler as statusHandler } from '../../lambda/task-status/handler.ts';
import { type EmbeddedEngines, startEmbeddedEngines } from '../support/embedded-engines.ts';
import { acceptedTask, deliveringTask } from '../support/entries.ts';
import { setFunctionEnvironment } from '../support/function-environment.ts';
import { httpEvent, lambdaContext } from '../support/lambda-events.ts';
import { loadSubmitHandler, type SubmitHandler } from '../support/source-handlers.ts';
import {
  expectOrderly,
  expectProblem,
  FUZZ_SEED,
  heapInUse,
  inMiB,
  Tally,
  times,
  UnhandledRejections,
} from './fuzzing.ts';
import { batch, completion, form, headers, mutated, submission, taskIds } from './hostile.ts';

const BOB = 'arn:aws:iam::123456789012:user/bob';
const MOST_GROWTH_BYTES = 30 * 2 ** 20;
const LONGEST_MS = 300_000;

type Request = NonNullable<Parameters<typeof httpEvent>[1]>;
type Answer = APIGatewayProxyStructuredResultV2;

let engines: EmbeddedEngines;
let submit: SubmitHandler;
let complete: typeof completeHandler;
let status: typeof statusHandler;
let rejections: UnhandledRejections;
const ids: string[] = [];
const total = new Tally();

beforeAll(async () => {
  engines = await startEmbeddedEngines();
  const table = await engines.newLedger();
  setFunctionEnvironment(engines, {
    LEDGER_TABLE: table.table,
    TASKS_QUEUE_URL: (await engines.newQueue()).url,
    CALLBACKS_QUEUE_URL: (await engines.newQueue()).url,
    ALLOWED_CALLBACK_CIDRS: '127.0.0.0/8',
  });
  submit = await loadSubmitHandler();
  ({ handler: complete } = await import('../../lambda/complete-task/handler.ts'));
  ({ handler: status } = await import('../../lambda/task-status/handler.ts'));
  const external = { task_name: 'manual-review', external_until_ms: Date.now() + 86_400_000 };
  const entries = [
    ...Array.from({ length: 40 }, () => acceptedTask(external)),
    ...Array.from({ length: 5 }, () => acceptedTask({ ...external, client: BOB })),
    acceptedTask(),
    deliveringTask(),
    deliveringTask({ state: 'delivered', delivered_at_ms: 1_764_000_006_000 }),
  ];
  for (const entry of entries) {
    await table.ledger.create(entry);
    ids.push(entry.task_id);
  }
});
afterAll(async () => {
  console.log(`HTTP functions, seed ${FUZZ_SEED}: ${total.total} random requests in all (${total})`);
  await engines.stop();
});

beforeEach(() => {
  rejections = new UnhandledRejections();
});
afterEach(() => {
  rejections.stop();
  expect(rejections.reasons).toEqual([]);
});

/** Bodies as API Gateway hands them on: as text, in base64, or as nonsense that says it is base64. */
const asBody = (drawn: fc.Arbitrary<string | Buffer>) =>
  fc.tuple(drawn, fc.nat(5)).map(([content, way]) => {
    const bytes = Buffer.from(content);
    if (way === 0) return { body: bytes.toString('base64'), isBase64Encoded: true };
    if (way === 1) return { body: bytes.toString('utf8'), isBase64Encoded: true };
    return { body: typeof content === 'string' ? content : bytes.toString('utf8') };
  });

const requests = (drawn: fc.Arbitrary<string | Buffer>): fc.Arbitrary<Request> =>
  fc.tuple(asBody(drawn), headers, fc.nat(30)).map(([body, drawnHeaders, nobody]) => ({
    ...body,
    headers: drawnHeaders,
    ...(nobody === 0 && { userArn: null }),
  }));

/** Sends so many drawn requests one after another, and looks at what the heap has come to. */
async function fuzz<T>(
  count: number,
  drawn: fc.Arbitrary<T>,
  send: (request: T) => Promise<Answer>,
  look: (answer: Answer) => void,
): Promise<string> {
  const tally = new Tally();
  const shots = times(count);
  let sent = 0;
  let before = 0;
  const property = fc.asyncProperty(drawn, async (request) => {
    // What is loaded and compiled with the first requests is no growth.
    if (sent === Math.floor(shots / 10)) before = heapInUse();
    sent += 1;
    const answer = await send(request);
    tally.add(answer.statusCode ?? 0);
    total.add(answer.statusCode ?? 0);
    look(answer);
  });
  await fc.assert(property, { seed: FUZZ_SEED, numRuns: shots });
  const growth = heapInUse() - before;
  expect(growth).toBeLessThan(MOST_GROWTH_BYTES);
  return `${tally}; heap ${growth < 0 ? '' : '+'}${inMiB(growth)}`;
}

const post = (request: Request) =>
  submit(httpEvent('POST /api/tasks', request), lambdaContext()) as Promise<Answer>;
const postBatch = (request: Request) =>
  submit(httpEvent('POST /api/tasks/batch', request), lambdaContext()) as Promise<Answer>;

describe('submit', () => {
  it('answers whatever is near a request', { timeout: LONGEST_MS }, async () => {
    const bodies = fc.oneof({ weight: 6, arbitrary: submission }, { weight: 1, arbitrary: form });
    console.log(`submit: ${await fuzz(2_000, requests(bodies), post, (got) => expectOrderly(got, 202))}`);
  });

  it('answers whatever bytes', { timeout: LONGEST_MS }, async () => {
    const bodies = fc.oneof(mutated(submission), mutated(form));
    console.log(`bytes: ${await fuzz(1_100, requests(bodies), post, (got) => expectOrderly(got, 202))}`);
  });

  it('answers each task of whatever batch', { timeout: LONGEST_MS }, async () => {
    const bodies = fc.oneof(
      { weight: 3, arbitrary: batch },
      { weight: 1, arbitrary: mutated(batch) as fc.Arbitrary<string | Buffer> },
    );
    const look = (answer: Answer) => {
      expectOrderly(answer, 200);
      if (answer.statusCode !== 200) return;
      for (const result of JSON.parse(answer.body ?? '').results) {
        if (result.status === 'accepted') expect(result.task_id).toMatch(/^[0-9a-f-]{36}$/);
        else expectProblem(result.problem, result.problem.status);
        expect(result.problem?.status ?? 202).toBeLessThan(500);
      }
    };
    console.log(`batch: ${await fuzz(300, requests(bodies), postBatch, look)}`);
  });
});

describe('complete-task', () => {
  it('answers whatever is told of whichever task', { timeout: LONGEST_MS }, async () => {
    const drawn = fc.tuple(
      requests(fc.oneof(completion as fc.Arbitrary<string | Buffer>, mutated(completion))),
      taskIds(ids),
      fc.constantFrom(
        'POST /api/tasks/{task_id}/completion',
        'POST /api/tasks/{task_id}/completion',
        'POST /api/tasks/{task_id}/completion',
        'POST /api/tasks/{task_id}/replay',
        'DELETE /api/tasks/{task_id}',
      ),
    );
    const send = ([request, task_id, route]: readonly [Request, string, string]) =>
      complete(
        httpEvent(route, { ...request, pathParameters: { task_id } }),
        lambdaContext(),
      ) as Promise<Answer>;
    const look = (answer: Answer) => expectOrderly(answer, answer.statusCode === 202 ? 202 : 200);
    console.log(`complete-task: ${await fuzz(600, drawn, send, look)}`);
  });
});

describe('task-status', () => {
  it('answers whatever is asked of whichever task', { timeout: LONGEST_MS }, async () => {
    const drawn = fc.tuple(
      requests(fc.constant('')),
      taskIds(ids),
      fc.constantFrom('GET /api/tasks/{task_id}', 'GET /api/tasks/{task_id}/result', 'GET /api/health'),
    );
    const send = ([request, task_id, route]: readonly [Request, string, string]) =>
      status(
        httpEvent(route, { ...request, pathParameters: { task_id } }),
        lambdaContext(),
      ) as Promise<Answer>;
    console.log(`task-status: ${await fuzz(600, drawn, send, (got) => expectOrderly(got, 200))}`);
  });
});
