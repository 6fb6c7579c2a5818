/**
 * Program: `engines.ts` runs it. Works on a stack as operators do, by `ops` and by the console, in an AWS that the
 * environment names. Prints what it saw, and `N passed, N failed`.
 */
import { deepEqual, equal, match } from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type {
  Charts,
  LetterList,
  Overview,
  RedriveEnd,
  TaskDetail,
  TaskList,
} from '../../../console/api-types.ts';
import { awsDesk } from '../../../console/aws-desk.ts';
import { serveConsole } from '../../../console/server.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { pipelineOf } from '../../../ops/pipeline.ts';
import { outputsTarget } from '../../../ops/target.ts';
import { consolePage, linesOf } from '../../console/console-page.ts';
import { messageFor } from '../../ops/operated-stack.ts';
import { acceptedTask, deliveringTask } from '../../support/entries.ts';
import { opsJson, opsReport } from '../../support/ops.ts';
import { deployStack } from './deployed-stack.ts';

const { file } = await deployStack();
const target = outputsTarget(file, { stack: 'Callbacks' });
const pipeline = pipelineOf(target);
const { url, token, stop } = await serveConsole(awsDesk(target), 0);
const page = consolePage(url, token, stop);
const counts = { passed: 0, failed: 0 };

const first = await dead('https://receiver.example/hook');
const second = await dead('https://slow.example/hook');
const delivered = deliveringTask({ state: 'delivered', delivered_at_ms: 1_764_000_006_000 });
await pipeline.ledger.create(delivered);
await pipeline.ledger.create(acceptedTask());

const report = <T>(...args: string[]) => opsReport<T>(...args, '--outputs', file);

await step('ops dlq list shows both letters', async () => {
  const { letters } = await report<LetterList>('dlq', 'list');
  deepEqual(new Set(letters.map(({ task_id }) => task_id)), new Set([first.task_id, second.task_id]));
});
await step('ops tasks show tells a story', async () => {
  const story = await report<{ state: string }>('tasks', 'show', first.task_id);
  equal(story.state, 'dead');
});
await step('ops secret show derives the secret of a client', async () => {
  const secret = await opsJson('secret', 'show', '--client', 'user/alice', '--outputs', file);
  match(secret.current ?? '', /^whsec_/);
});
await step('the console counts', async () => {
  const { stages, queues, attention } = await page.get<Overview>('overview');
  deepEqual([stages.dead, queues.dead_letters.visible, attention], [2, 2, 2]);
});
await step('the console lists tasks, page by page', async () => {
  const { tasks, cursor } = await page.get<TaskList>('tasks?limit=3');
  equal(tasks.length, 3);
  const { tasks: rest } = await page.get<TaskList>(`tasks?limit=3&cursor=${cursor}`);
  equal(new Set([...tasks, ...rest].map(({ task_id }) => task_id)).size, 4);
});
await step('the console tells a story', async () => {
  const { story } = await page.get<TaskDetail>(`tasks/${first.task_id}`);
  equal(story.at(-1)?.kind, 'dead');
});
await step('the console draws what CloudWatch knows', async () => {
  const { series } = await page.get<Charts>('charts');
  const seen = (chart: string) =>
    (series.find(({ name }) => name === chart)?.points ?? []).map(([, value]) => value).filter(Boolean);
  // Of nine attempts.
  deepEqual([seen('delivered'), seen('failed attempts')], [[7], [2]]);
});
await step('the console redrives by host, and leaves the other letter', async () => {
  const filters = { host: 'receiver.example' };
  const answer = await page.post('dlq/redrive', { filters, dry_run: false });
  const end = (await linesOf<RedriveEnd>(answer)).at(-1);
  deepEqual([end?.finished, end?.redriven, end?.problem], [true, 1, undefined]);
  const { letters } = await page.get<LetterList>('dlq');
  deepEqual(
    letters.map(({ task_id }) => task_id),
    [second.task_id],
  );
});
await step('ops dlq redrive sends the rest', async () => {
  const { redriven } = await report<{ redriven: number }>('dlq', 'redrive', '--yes');
  equal(redriven, 1);
});
await step('the console replays', async () => {
  const answer = await page.post(`tasks/${delivered.task_id}/replay`);
  deepEqual([answer.status, await answer.json()], [202, { task_id: delivered.task_id, generation: 1 }]);
});
await step('all three are in the callbacks queue', async () => {
  const { queues } = await page.get<Overview>('overview');
  await delay(5_000);
  const later = await page.get<Overview>('overview');
  equal(Math.max(queues.callbacks.visible, later.queues.callbacks.visible), 3);
});

await page.stop();
rmSync(dirname(file), { recursive: true });
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 ? 0 : 1);

async function step(name: string, check: () => Promise<void>): Promise<void> {
  try {
    await check();
    counts.passed += 1;
    console.log(`ok      ${name}`);
  } catch (error) {
    counts.failed += 1;
    console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A task that gave up, listed and with its letter. */
async function dead(callbackUrl: string): Promise<Entry> {
  const deadAtMs = 1_764_259_206_000;
  const entry = deliveringTask({
    state: 'dead',
    generation: 1,
    callback_url: callbackUrl,
    dead_at_ms: deadAtMs,
    dead_reason: 'deadline-passed',
    attempt_count: 3,
  });
  await pipeline.ledger.create(entry);
  await pipeline.ledger.listDead({ ...entry, generation: 0 }, 'deadline-passed', deadAtMs);
  await pipeline.sqs.send(
    new SendMessageCommand({ QueueUrl: pipeline.deadLettersUrl, MessageBody: messageFor(entry) }),
  );
  return entry;
}
