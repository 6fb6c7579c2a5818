import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/pipeline.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { appWithTwoPipelines } from '../support/two-pipelines.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const TASKS = 200;
/** No limits of what is tested: a machine that does other things meanwhile takes minutes. */
const SETTLES_WITHIN_MS = 240_000;
const ENDS_WITHIN_MS = 600_000;

const CLI = join(REPOSITORY, 'cli', 'main.ts');

let receiver: ScriptedReceiver;
let state: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  receiver = await startReceiver();
  state = mkdtempSync(join(tmpdir(), 'callback-completion-killed-'));
});

afterEach(() => {
  // A test that failed must not keep the state folder from the next one.
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

afterAll(async () => {
  await receiver.stop();
  rmSync(state, { recursive: true, force: true });
});

/** Starts an app in a process of its own; resolves with the URLs of its pipelines once they run. */
async function startApp(
  folder: string,
  args: readonly string[],
): Promise<{ child: ChildProcess; urls: readonly string[] }> {
  const child = spawn(process.execPath, [CLI, 'start', ...args], {
    cwd: folder,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  let output = '';
  const listening = Promise.withResolvers<readonly string[]>();
  child.stdout?.on('data', (chunk) => {
    output += String(chunk);
    if (!output.includes('Try it')) return;
    listening.resolve([...output.matchAll(/POST (http:\S+)\/api\/tasks/g)].map(([, url = '']) => url));
  });
  child.once('exit', () => listening.reject(new Error(`the local stack ended:\n${output}`)));
  return { child, urls: await listening.promise };
}

/** This repository's app. */
async function start(): Promise<{ child: ChildProcess; url: string }> {
  const { child, urls } = await startApp(REPOSITORY, ['--state', state, '-c', 'samples=true']);
  return { child, url: urls[0] ?? '' };
}

async function submitReview(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/tasks`, {
    method: 'POST',
    body: JSON.stringify({ task_name: 'manual-review', callback_url: receiver.url, input: { subject: 'x' } }),
  });
  return ((await answer.json()) as { task_id: string }).task_id;
}

async function complete(url: string, taskId: string): Promise<number> {
  const answer = await fetch(`${url}/api/tasks/${taskId}/completion`, {
    method: 'POST',
    body: JSON.stringify({ status: 'completed', result: { approved: true } }),
  });
  return answer.status;
}

/** Returns the ids of the tasks that were accepted: a busy machine may answer some requests too late. */
async function submitMany(url: string, taskName: string, count: number, input?: object): Promise<string[]> {
  const answers = await Promise.all(
    Array.from({ length: count }, async () => {
      const answer = await fetch(`${url}/api/tasks`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ task_name: taskName, callback_url: receiver.url, input }),
      });
      return answer.status === 202 ? ((await answer.json()) as { task_id: string }).task_id : undefined;
    }),
  );
  return answers.filter((id) => id !== undefined);
}

/** Those of the tasks whose callback has not come. */
function lost(taskIds: readonly string[]): string[] {
  const all = delivered();
  return taskIds.filter((id) => !all.has(id));
}

function delivered(): Set<unknown> {
  return new Set(receiver.received.map(({ headers }) => headers['webhook-id']));
}

describe('a process that is killed in the middle of its work', () => {
  it(
    'has lost nothing when it is started again: every accepted task is told of',
    async () => {
      const first = await start();
      const accepted = await submitMany(first.url, 'generate-report', TASKS);
      await eventually(() => expect(delivered().size).toBeGreaterThan(10), SETTLES_WITHIN_MS);
      first.child.kill('SIGKILL');
      await once(first.child, 'exit');
      const before = delivered().size;
      expect(before).toBeLessThan(TASKS);

      const second = await start();
      await eventually(() => expect(lost(accepted)).toEqual([]), SETTLES_WITHIN_MS);
      second.child.kill('SIGINT');
      const [code] = await once(second.child, 'exit');
      expect(code).toBe(0);
    },
    ENDS_WITHIN_MS,
  );

  it(
    'has lost no completion of work done elsewhere: told again, each is told of',
    async () => {
      const first = await start();
      const accepted = await Promise.all(Array.from({ length: 30 }, () => submitReview(first.url)));
      const telling = accepted.map((taskId) => complete(first.url, taskId).catch(() => 'cut off'));
      await Promise.race(telling);
      first.child.kill('SIGKILL');
      await once(first.child, 'exit');
      const answers = await Promise.all(telling);
      expect(answers).toContain('cut off');

      // Who got no answer tells it again; so does, for good measure, who did.
      const second = await start();
      expect(new Set(await Promise.all(accepted.map((taskId) => complete(second.url, taskId))))).toEqual(
        new Set([200]),
      );
      await eventually(() => {
        const ids = delivered();
        for (const taskId of accepted) expect(ids).toContain(taskId);
      }, SETTLES_WITHIN_MS);
    },
    ENDS_WITHIN_MS,
  );

  it(
    'has lost nothing of two pipelines under load',
    async () => {
      const folder = appWithTwoPipelines();
      const args = ['--state', join(state, 'two')];
      const first = await startApp(folder, args);
      expect(first.urls).toHaveLength(2);
      const accepted = await Promise.all(
        first.urls.map((url) => submitMany(url, 'greet', TASKS / 2, { name: 'x' })),
      );
      const deliveredBefore = () => accepted.flat().length - lost(accepted.flat()).length;
      await eventually(() => expect(deliveredBefore()).toBeGreaterThan(10), SETTLES_WITHIN_MS);
      first.child.kill('SIGKILL');
      await once(first.child, 'exit');
      expect(lost(accepted.flat())).not.toEqual([]);

      const second = await startApp(folder, args);
      await eventually(() => expect(accepted.map(lost)).toEqual([[], []]), SETTLES_WITHIN_MS);
      second.child.kill('SIGINT');
      expect((await once(second.child, 'exit'))[0]).toBe(0);
    },
    ENDS_WITHIN_MS,
  );
});
