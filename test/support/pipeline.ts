import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type LocalStack, type LocalStackSettings, startLocalStack } from '../../local/local-stack.ts';
import { enginesFromEnvironment } from './external-engines.ts';

/** What `GET /api/tasks/{task_id}` answers, as far as tests look. */
export interface TaskView {
  readonly task_id: string;
  readonly status: string;
  readonly callback_pending: boolean;
  readonly runs: number;
  readonly outcome?: { readonly status: string; readonly error?: { type: string; message: string } };
  readonly callback?: {
    readonly attempt_count: number;
    readonly attempts: readonly { attempt: number; status_code?: number; error?: string }[];
    readonly dead_reason?: string;
    readonly last_answer?: string;
  };
}

/** The synthesized app on embedded engines, or on those that the environment names, as `npm start` runs it, on a free port with a state of its own. */
export interface Pipeline {
  readonly stack: LocalStack;
  /** The folder with the stack's state, as `npm start -- --state` takes it. */
  readonly state: string;
  /** Every line that the functions have logged. */
  readonly log: readonly string[];
  submit(body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Submits what must be accepted. */
  accepted(body: unknown, headers?: Record<string, string>): Promise<string>;
  /** Of the queue with a logical id like that, for an SDK client. */
  queueUrl(logicalId: RegExp): string;
  task(taskId: string): Promise<TaskView>;
  /** The task once it is in that state; fails with what it is instead. */
  settled(taskId: string, state: string): Promise<TaskView>;
  /** Where a callback goes that `inboxOf` returns. */
  inboxUrl(name: string): string;
  /** The bodies of the callbacks that this inbox has received, once there are so many. */
  inboxOf(name: string, count?: number, withinMs?: number): Promise<readonly unknown[]>;
  stop(): Promise<void>;
}

/**
 * @param assemblyDirectory the app, synthesized with other settings than those that suit most tests
 * @param settings further settings of the local stack
 */
export async function startPipeline(
  assemblyDirectory = inject('assemblyDirectory'),
  settings: Pick<LocalStackSettings, 'envFile' | 'endpointsForFunctions'> = {},
): Promise<Pipeline> {
  const state = mkdtempSync(join(tmpdir(), 'callback-completion-state-'));
  const log: string[] = [];
  const stack = await startLocalStack({
    assemblyDirectory,
    state,
    ...enginesFromEnvironment(),
    ...settings,
    onLogLine: (line) => log.push(line),
  });

  const submit: Pipeline['submit'] = (body, headers = {}) =>
    fetch(`${stack.url}/api/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  const task: Pipeline['task'] = async (taskId) => {
    const answer = await fetch(`${stack.url}/api/tasks/${taskId}`);
    return (await answer.json()) as TaskView;
  };

  return {
    stack,
    state,
    log,
    submit,
    async accepted(body, headers) {
      const answer = await submit(body, headers);
      const text = await answer.text();
      if (answer.status !== 202) throw new Error(`not accepted: ${answer.status} ${text}`);
      return (JSON.parse(text) as { task_id: string }).task_id;
    },
    queueUrl(logicalId) {
      const queue = stack.description.queues.find((one) => logicalId.test(one.logicalId));
      if (queue === undefined) throw new Error(`no queue like ${logicalId}`);
      return queue.url;
    },
    task,
    settled: (taskId, wanted) =>
      eventually(async () => {
        const view = await task(taskId);
        if (view.status !== wanted) throw new Error(`the task is ${JSON.stringify(view)}`);
        return view;
      }),
    inboxUrl: (name) => `${stack.url}/inbox/${name}`,
    inboxOf: (name, count = 1, withinMs = 15_000) =>
      eventually(async () => {
        const answer = await fetch(`${stack.url}/inbox/${name}`);
        const bodies = ((await answer.json()) as { body: unknown }[]).map(({ body }) => body);
        if (bodies.length < count) throw new Error(`the inbox holds ${JSON.stringify(bodies)}`);
        return bodies;
      }, withinMs),
    async stop() {
      await stack.stop();
      rmSync(state, { recursive: true, force: true });
    },
  };
}

/** Tries until it does not throw, for at most so long; then throws what it threw last. */
export async function eventually<T>(attempt: () => Promise<T> | T, withinMs = 45_000): Promise<T> {
  const untilMs = Date.now() + withinMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > untilMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
