import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  BEAM_EXAMPLE,
  type Example,
  type ExampleReceiver,
  NODE_EXAMPLE,
  STANDARD_EXAMPLES,
  startExample,
} from '../support/example-receiver.ts';
import { opsJson } from '../support/ops.ts';
import { eventually, type Pipeline, startPipeline } from '../support/pipeline.ts';

/** As an operator sees them after a rotation: what the stack signs with until the overlap ends. */
let current: string;
let previous: string;
let pipeline: Pipeline;
const receivers: ExampleReceiver[] = [];

beforeAll(async () => {
  pipeline = await startPipeline();
  const where = ['--state', pipeline.state];
  const before = await opsJson('secret', 'show', ...where);
  // Before the first callback: what has read the secret does not look again for five minutes.
  await opsJson('secret', 'rotate', '--overlap', '1h', ...where);
  const after = await opsJson('secret', 'show', ...where);
  current = after.current ?? '';
  previous = after.previous ?? '';
  expect(previous).toBe(before.current);
  expect(current).not.toBe(previous);
});

afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()));
});

afterAll(async () => {
  await pipeline?.stop();
});

async function start(example: Example, ...secrets: string[]): Promise<ExampleReceiver> {
  const receiver = await startExample(example, secrets);
  receivers.push(receiver);
  return receiver;
}

/** A callback as it arrives, but signed here, from the words of the two specifications. */
interface Callback {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const BODY = '{"status":"completed","result":{"greeting":"Grüß Gott"}}';

function callback(
  secrets: readonly string[],
  { id = randomUUID() as string, ageSeconds = 0 } = {},
): Callback {
  const timestamp = String(Math.floor(Date.now() / 1_000) - ageSeconds);
  const standard = secrets.map((secret) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${BODY}`).digest('base64')}`;
  });
  const message = `${Buffer.from(BODY).toString('base64')}:${timestamp}`;
  const beam = secrets.map((secret) => createHmac('sha256', secret).update(message).digest('hex'));
  return {
    body: BODY,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': standard.join(' '),
      'x-task-id': id,
      'x-task-timestamp': timestamp,
      'x-task-signature': beam.join(' '),
    },
  };
}

function altered(genuine: Callback, headers: Readonly<Record<string, string>>): Callback {
  return { ...genuine, headers: { ...genuine.headers, ...headers } };
}

function without(genuine: Callback, header: string): Callback {
  const { [header]: _left, ...headers } = genuine.headers;
  return { ...genuine, headers };
}

async function statusOf(receiver: ExampleReceiver, { body, headers }: Callback): Promise<number> {
  return (await fetch(`${receiver.url}/callbacks`, { method: 'POST', headers, body })).status;
}

/** Has the stack run a task and deliver its callback there. */
async function delivered(receiver: ExampleReceiver): Promise<string> {
  const callback_url = `${receiver.url}/callbacks`;
  const taskId = await pipeline.accepted({ task_name: 'sleep', input: { seconds: 0 }, callback_url });
  await pipeline.settled(taskId, 'delivered');
  await eventually(() => expect(receiver.callbackIds).toContain(taskId));
  return taskId;
}

/** One second on, so that the number has as many digits. */
const later = (timestamp: string | undefined) => String(Number(timestamp) + 1);

const SCHEMES = [
  ...STANDARD_EXAMPLES.map((example) => ({
    example,
    headers: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
    timestampHeader: 'webhook-timestamp',
  })),
  {
    example: BEAM_EXAMPLE,
    headers: ['webhook-id', 'x-task-timestamp', 'x-task-signature'],
    timestampHeader: 'x-task-timestamp',
  },
];

for (const { example, headers, timestampHeader } of SCHEMES) {
  const isMissing = example.needs?.isHere === false;
  const why = isMissing ? ` (skipped: there is no ${example.needs?.program} on this machine)` : '';

  describe.skipIf(isMissing)(`examples/receivers/${example.name}${why}`, () => {
    // The first one may have to be built.
    beforeAll(() => {
      example.command();
    });

    it('takes a genuine callback, and the same one again without doing anything', async () => {
      const receiver = await start(example, current);

      const taskId = await delivered(receiver);
      expect(await statusOf(receiver, callback([current], { id: taskId }))).toBe(204);
      const other = callback([current]);
      expect(await statusOf(receiver, other)).toBe(204);

      await eventually(() => expect(receiver.callbackIds).toEqual([taskId, other.headers['webhook-id']]));
    });

    it('refuses what is not genuine', async () => {
      const receiver = await start(example, current);
      const genuine = callback([current]);
      const refused: Record<string, Callback> = {
        'altered body': { ...genuine, body: BODY.replace('completed', 'failed') },
        'altered timestamp': altered(genuine, { [timestampHeader]: later(genuine.headers[timestampHeader]) }),
        'no number for a timestamp': altered(genuine, { [timestampHeader]: 'now' }),
        '6 minutes old': callback([current], { ageSeconds: 360 }),
        '6 minutes ahead': callback([current], { ageSeconds: -360 }),
        'wrong secret': callback([`whsec_${Buffer.alloc(32, 7).toString('base64')}`]),
        ...Object.fromEntries(headers.map((header) => [`no ${header}`, without(genuine, header)])),
      };

      const answers: Record<string, number> = {};
      for (const [what, forged] of Object.entries(refused)) {
        answers[what] = await statusOf(receiver, forged);
      }

      expect(answers).toEqual(Object.fromEntries(Object.keys(refused).map((what) => [what, 401])));
      expect(await statusOf(receiver, callback([current], { ageSeconds: 240 }))).toBe(204);
      expect(await statusOf(receiver, genuine)).toBe(204);
    });

    if (example === BEAM_EXAMPLE) {
      it('cannot tell that an id was altered: the signature that it verifies does not cover it', async () => {
        const receiver = await start(example, current);

        expect(await statusOf(receiver, altered(callback([current]), { 'webhook-id': randomUUID() }))).toBe(
          204,
        );
      });
    } else {
      it('refuses another id', async () => {
        const receiver = await start(example, current);

        expect(await statusOf(receiver, altered(callback([current]), { 'webhook-id': randomUUID() }))).toBe(
          401,
        );
      });

      it('takes the stack’s callbacks with either secret while the overlap lasts', async () => {
        await delivered(await start(example, previous));
        await delivered(await start(example, current));
      });
    }

    it('takes callbacks with either secret while it has both, and any of several signatures', async () => {
      const changingOver = await start(example, previous, current);
      await delivered(changingOver);
      expect(await statusOf(changingOver, callback([previous]))).toBe(204);
      expect(await statusOf(changingOver, callback([current]))).toBe(204);

      const notYet = await start(example, previous);
      expect(await statusOf(notYet, callback([current, previous]))).toBe(204);
    });

    it('refuses the old secret’s signatures once it has the new one alone, and the new one’s before', async () => {
      expect(await statusOf(await start(example, current), callback([previous]))).toBe(401);
      expect(await statusOf(await start(example, previous), callback([current]))).toBe(401);
    });
  });
}

describe('once the overlap has ended', () => {
  it('the stack signs with the new secret alone', async () => {
    const ended = await startPipeline();
    try {
      const { current: old = '' } = await opsJson('secret', 'show', '--state', ended.state);
      await opsJson('secret', 'rotate', '--overlap', '1s', '--state', ended.state);
      const show = () => opsJson('secret', 'show', '--state', ended.state);
      const { current: only = '' } = await eventually(async () => {
        const shown = await show();
        expect(shown.previous).toBeUndefined();
        return shown;
      });

      const [stale, upToDate] = [await start(NODE_EXAMPLE, old), await start(NODE_EXAMPLE, only)];
      const task = { task_name: 'sleep', input: { seconds: 0 } };
      const refused = await ended.accepted({ ...task, callback_url: stale.url });
      const taken = await ended.accepted({ ...task, callback_url: upToDate.url });

      await ended.settled(taken, 'delivered');
      const { callback: told } = await eventually(async () => {
        const view = await ended.task(refused);
        expect(view.callback?.attempts).not.toEqual([]);
        return view;
      });
      expect(told?.attempts[0]).toMatchObject({ attempt: 1, status_code: 401 });
      expect(stale.callbackIds).toEqual([]);
    } finally {
      await ended.stop();
    }
  });
});
