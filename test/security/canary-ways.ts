import { expect } from 'vitest';
import { deliveringTask } from '../support/entries.ts';
import { eventually } from '../support/pipeline.ts';
import type { CanaryStack } from './canary-stack.ts';
import type { Marks } from './marks.ts';

const LOCAL_CLIENT = 'arn:aws:iam::000000000000:user/local';

/** The ways that tasks, requests and messages can take through a stack, each with marks in all that is content. */
export function waysThrough(stack: CanaryStack, marks: Marks) {
  /** A URL of the receiver with tokens wherever URLs can have them. */
  function urlTo(kind: string, what: string): string {
    const [path, query, fragment] = ['path', 'query', 'fragment'].map((part) =>
      marks.plain(`${part} of the URL, ${what}`),
    );
    return `${stack.receiver}/${kind}/${path}?token=${query}#${fragment}`;
  }

  /** Marked headers, as clients and the networks between send them. */
  const headers = (what: string) => ({
    authorization: `Bearer ${marks.plain(`Authorization, ${what}`)}`,
    cookie: `session=${marks.plain(`cookie, ${what}`)}`,
    'x-api-key': marks.plain(`header, ${what}`),
    'user-agent': marks.plain(`User-Agent, ${what}`),
  });

  async function submit(what: string, body: object, more: Record<string, string> = {}) {
    const path = `/api/tasks?token=${marks.plain(`query, ${what}`)}`;
    return await stack.request('POST', path, JSON.stringify(body), { ...headers(what), ...more });
  }

  async function accepted(what: string, body: object, more: Record<string, string> = {}): Promise<string> {
    // Where calls fail, a client asks again.
    return await eventually(async () => {
      const { status, body: answer } = await submit(what, body, more);
      expect(status).toBe(202);
      return answer.task_id;
    });
  }

  const csv = (what: string) => ({ csv: `name\n${marks.odd(`input, ${what}`)}\n` });
  const large = (what: string) => ({ csv: `name\n${`${marks.odd(`input, ${what}`)}\n`.repeat(40)}` });

  /** Every way that a task can take to its end, begun. */
  async function everyWay(when: string): Promise<Record<string, string>> {
    const report = 'generate-report';
    const key = (what: string) => ({ 'idempotency-key': marks.plain(`Idempotency-Key, ${what}`) });
    const ids = {
      succeeds: await accepted(`succeeds ${when}`, {
        task_name: report,
        input: csv(when),
        callback_url: urlTo('hook', when),
      }),
      large: await accepted(
        `large ${when}`,
        { task_name: report, input: large(when), callback_url: urlTo('hook', `large ${when}`) },
        key(`large ${when}`),
      ),
      fails: await accepted(`fails ${when}`, {
        task_name: 'fail',
        input: { message: marks.odd(`message of an error, ${when}`) },
        callback_url: urlTo('hook', `fails ${when}`),
      }),
      'runs again': await accepted(`runs again ${when}`, {
        task_name: 'fail',
        input: { message: marks.odd(`message of a retry, ${when}`), times: 1 },
        callback_url: urlTo('hook', `runs again ${when}`),
      }),
      'times out': await accepted(`times out ${when}`, {
        task_name: 'sleep',
        input: { seconds: 60 },
        callback_url: urlTo('ok', `times out ${when}`),
      }),
      gone: await accepted(`gone ${when}`, {
        task_name: report,
        input: csv(`gone ${when}`),
        callback_url: urlTo('gone', when),
      }),
      never: await accepted(`never ${when}`, {
        task_name: report,
        input: csv(`never ${when}`),
        callback_url: urlTo('never', when),
      }),
    };
    await eventually(async () => {
      const tasks = [
        { task_name: report, input: csv(`batch ${when}`), callback_url: urlTo('ok', `batch ${when}`) },
        {
          task_name: 'sleep',
          input: { seconds: marks.odd(`rejected input, ${when}`) },
          idempotency_key: 'k',
        },
      ];
      const { status } = await stack.request(
        'POST',
        '/api/tasks/batch',
        JSON.stringify({ tasks }),
        headers(`batch ${when}`),
      );
      expect(status).toBe(200);
    });
    return ids;
  }

  /** The receivers at `/gone` and `/never` are given up. */
  async function allSettled(ids: Record<string, string>): Promise<void> {
    for (const [what, id] of Object.entries(ids)) {
      await stack.settled(id, what === 'gone' || what === 'never' ? 'dead' : 'delivered');
    }
  }

  /** Completes, fails and cancels what is done elsewhere. */
  async function byTheClient(when: string): Promise<void> {
    const task = () =>
      accepted(`elsewhere ${when}`, {
        task_name: 'manual-review',
        input: { subject: marks.odd(`subject, ${when}`) },
        callback_url: urlTo('ok', `elsewhere ${when}`),
      });
    const tell = (id: string, body: object) =>
      eventually(async () => {
        const path = `/api/tasks/${id}/completion?token=${marks.plain(`query of a completion, ${when}`)}`;
        const { status } = await stack.request(
          'POST',
          path,
          JSON.stringify(body),
          headers(`completion ${when}`),
        );
        expect(status).toBe(200);
      });
    const [completed, failed, cancelled] = [await task(), await task(), await task()];
    await tell(completed, { status: 'completed', result: { text: marks.odd(`result, ${when}`).repeat(30) } });
    await tell(failed, {
      status: 'failed',
      error: { type: 'Refused', message: marks.odd(`told error, ${when}`) },
    });
    await eventually(async () => {
      const { status } = await stack.request(
        'DELETE',
        `/api/tasks/${cancelled}`,
        undefined,
        headers(`cancel ${when}`),
      );
      expect([200, 409]).toContain(status);
    });
  }

  /** Requests that are refused, each for another reason. */
  async function refused(settledId: string): Promise<void> {
    const bodies: readonly (readonly [string, string, string, Record<string, string>?])[] = [
      ['POST', '/api/tasks', `{"task_name": "sleep", "input": ${marks.plain('no JSON')}`],
      [
        'POST',
        '/api/tasks',
        JSON.stringify({ task_name: 'sleep', input: { seconds: marks.odd('wrong type') } }),
      ],
      [
        'POST',
        '/api/tasks',
        JSON.stringify({ task_name: 'fail', input: { message: marks.odd('too long').repeat(99) } }),
      ],
      [
        'POST',
        '/api/tasks',
        JSON.stringify({ task_name: 'sleep', input: { seconds: 1 }, callback_format: marks.odd('format') }),
      ],
      [
        'POST',
        '/api/tasks',
        JSON.stringify({ task_name: 'sleep', input: { seconds: 1 }, delay_seconds: marks.odd('delay') }),
      ],
      [
        'POST',
        '/api/tasks',
        JSON.stringify({ task_name: 'generate-report', input: { rows: [{ a: [marks.odd('cell')] }] } }),
      ],
      [
        'POST',
        '/api/tasks',
        JSON.stringify({ task_name: 'generate-report', unknown: marks.odd('unknown field') }),
      ],
      ['POST', '/api/tasks', `${'['.repeat(99)}"${marks.plain('too deep')}"`],
      ['POST', '/api/tasks', marks.plain('too large').repeat(10_000)],
      [
        'POST',
        '/api/tasks',
        `--x\r\n\r\n${marks.plain('a file')}`,
        { 'content-type': 'multipart/form-data; boundary=x' },
      ],
      [
        'POST',
        '/api/tasks',
        `task_name=sleep&seconds=${marks.plain('a form')}`,
        { 'content-type': 'application/x-www-form-urlencoded' },
      ],
      [
        'POST',
        '/api/tasks',
        '{"task_name":"generate-report"}',
        { 'idempotency-key': marks.plain('long key').repeat(9) },
      ],
      ['POST', '/api/tasks/batch', JSON.stringify({ tasks: marks.odd('no batch') })],
      [
        'POST',
        `/api/tasks/${settledId}/completion`,
        JSON.stringify({ status: 'completed', result: marks.odd('not external') }),
      ],
      ['POST', `/api/tasks/${settledId}/completion`, JSON.stringify({ status: marks.odd('no status') })],
      [
        'POST',
        `/api/tasks/${settledId}/completion`,
        JSON.stringify({ status: 'failed', error: { message: marks.odd('unknown').repeat(99) } }),
      ],
      ['DELETE', `/api/tasks/${settledId}`, ''],
      ['GET', `/api/nothing/${marks.plain('unknown path')}`, ''],
      ...[
        `https://user:${marks.plain('password')}@example.com/`,
        `http://10.0.0.1/${marks.plain('private address')}?t=${marks.plain('private query')}`,
        `https://192.0.2.7:22/${marks.plain('port')}`,
        `https://metadata.google.internal/${marks.plain('local name')}`,
        `ftp://example.com/${marks.plain('scheme')}`,
        `https://example.com/${marks.plain('too long a URL').repeat(99)}`,
        `https://example.com/\\${marks.plain('backslash')}`,
        marks.plain('no URL'),
      ].map(
        (callback_url) =>
          ['POST', '/api/tasks', JSON.stringify({ task_name: 'generate-report', callback_url })] as const,
      ),
    ];
    const key = { 'idempotency-key': marks.plain('reused key') };
    await submit('reused key', { task_name: 'generate-report', input: csv('reused key') }, key);
    const reused = await submit('reused key', { task_name: 'generate-report', input: csv('another') }, key);
    expect(reused.status).toBe(422);
    for (const [method, path, body, more = {}] of bodies) {
      const { status } = await stack.request(method, path, method === 'POST' ? body : undefined, {
        ...headers(path),
        ...more,
      });
      expect([400, 404, 409, 413, 415], `${method} ${path} ${body.slice(0, 60)}`).toContain(status);
    }
  }

  /** A URL that was fit when it was submitted and is refused now; and messages that are not ours. */
  async function inTheQueues(): Promise<void> {
    const entry = deliveringTask({
      client: LOCAL_CLIENT,
      callback_url: `https://10.0.0.1/${marks.plain('blocked path')}?t=${marks.plain('blocked query')}`,
      deliver_by_ms: Date.now() + 60_000,
      expires_at: 4_000_000_000,
    });
    await stack.ledger.create(entry);
    await stack.send('Callbacks', JSON.stringify({ v: 1, task_id: entry.task_id, generation: 0 }));
    for (const queue of ['Tasks', 'Callbacks'] as const) {
      const mark = marks.odd(`no message of ours, ${queue}`);
      await stack.send(queue, `not JSON: ${mark}`, { note: mark });
      await stack.send(queue, JSON.stringify({ v: 1, task_id: mark, generation: 0, [mark]: mark }), {
        note: mark,
      });
    }
    expect(await stack.settled(entry.task_id, 'dead')).toMatchObject({
      callback: { dead_reason: 'url-refused' },
    });
  }

  /** What an operator does about the dead. */
  async function byAnOperator(ids: Record<string, string>): Promise<void> {
    await stack.operate('dlq', 'list');
    await stack.operate('dlq', 'list', '--json');
    await stack.operate('tasks', 'list', '--json', '--limit', '0');
    for (const id of Object.values(ids)) {
      await stack.operate('tasks', 'show', id);
      await stack.operate('tasks', 'show', id, '--json');
      await stack.look(`tasks/${id}`);
    }
    for (const list of ['overview', 'tasks?limit=500', 'attention', 'charts', 'dlq']) await stack.look(list);
    await stack.operate('dlq', 'show', ids.never ?? '');
    await stack.operate('dlq', 'redrive', '--reason', 'gone', '--yes');
    await stack.operate('tasks', 'replay', ids.succeeds ?? '', '--yes');
    await stack.request('POST', `/api/tasks/${ids.large}/replay`, undefined, headers('replay'));
    await stack.settled(ids.succeeds ?? '', 'delivered');
    await stack.settled(ids.gone ?? '', 'dead');
  }

  return { everyWay, allSettled, byTheClient, refused, inTheQueues, byAnOperator };
}
