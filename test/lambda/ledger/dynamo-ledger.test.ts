import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoClient, dynamoLedger } from '../../../lambda/ledger/dynamo-ledger.ts';
import type { Attempt, Entry } from '../../../lambda/ledger/entry.ts';
import type { Ledger } from '../../../lambda/ledger/ledger.ts';
import type { Timer } from '../../../lambda/ledger/timer.ts';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
} from '../../support/embedded-engines.ts';
import { acceptedTask, deliveringTask } from '../../support/entries.ts';
import { answer, silence, startScriptedServer } from '../../support/scripted-server.ts';

const NOW_MS = 1_764_000_000_000;
const LEASE = { token: 'our-token', expiresAtMs: NOW_MS + 75_000 };
const CLAIM = { nowMs: NOW_MS, maxRuns: 3 };

let engines: EmbeddedEngines;
let table: TestLedger;
let ledger: Ledger;

beforeAll(async () => {
  engines = await startEmbeddedEngines();
  table = await engines.newLedger();
  ledger = table.ledger;
});
afterAll(() => engines.stop());

/** Puts a task into the ledger as it is. */
async function given(entry: Entry): Promise<Entry> {
  await ledger.create(entry);
  return entry;
}

const itemsOf = async ({ task_id }: Entry) =>
  (await table.items()).filter((item) => item.pk === `task#${task_id}` || item.task_id === task_id);

describe('create', () => {
  it('records a task, which is then read as it was written', async () => {
    const entry = acceptedTask({ input: { json: '{"seconds":1}' } });

    expect(await ledger.create(entry)).toBeUndefined();
    expect(await ledger.read(entry.task_id)).toEqual(entry);
  });

  it('stores a large input beside its entry, with the same end of life', async () => {
    const entry = acceptedTask({ input: { ref: 'input#abc' } });

    await ledger.create(entry);
    await ledger.storePayload(entry, { ref: 'input#abc', json: '"large"' });

    expect(await ledger.readPayload(entry.task_id, 'input#abc')).toBe('"large"');
    expect(await itemsOf(entry)).toContainEqual({
      pk: `task#${entry.task_id}`,
      sk: 'input#abc',
      json: '"large"',
      expires_at: 1_768_060_800,
    });
  });

  it('leaves what stands under a taken id, and tells what it is', async () => {
    const first = await given(acceptedTask());

    const second = await ledger.create({ ...first, task_name: 'fail', accepted_at_ms: NOW_MS + 1 });

    expect(second).toEqual(first);
    expect(await ledger.read(first.task_id)).toEqual(first);
  });

  it('has one winner of twenty at once', async () => {
    const id = randomUUID();
    const rivals = Array.from({ length: 20 }, (_, n) =>
      acceptedTask({ task_id: id, accepted_at_ms: NOW_MS + n }),
    );

    const answers = await Promise.all(rivals.map((rival) => ledger.create(rival)));

    const winner = rivals[answers.indexOf(undefined)];
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
    expect(answers.filter((answer) => answer !== undefined)).toEqual(Array(19).fill(winner));
  });

  it('knows nothing of a task that was never recorded', async () => {
    expect(await ledger.read(randomUUID())).toBeUndefined();
    await expect(ledger.readPayload('a-task', 'result#t')).rejects.toThrow(
      'task a-task has no stored result#t',
    );
  });
});

describe('claim', () => {
  it('takes an accepted task under a lease and counts the run', async () => {
    const entry = await given(acceptedTask());

    const running = {
      ...entry,
      state: 'running',
      runs: 1,
      lease_token: 'our-token',
      lease_expires_at_ms: NOW_MS + 75_000,
    };
    expect(await ledger.claim(entry.task_id, LEASE, CLAIM)).toEqual(running);
    expect(await ledger.read(entry.task_id)).toEqual(running);
  });

  it('waits for the time of a task', async () => {
    const entry = await given(acceptedTask({ not_before_ms: NOW_MS + 1 }));

    expect(await ledger.claim(entry.task_id, LEASE, CLAIM)).toBeUndefined();
    expect(await ledger.claim(entry.task_id, LEASE, { ...CLAIM, nowMs: NOW_MS + 1 })).toBeDefined();
  });

  it('takes a run over once its lease has lapsed, and not before', async () => {
    const held = { lease_token: 'another-token', lease_expires_at_ms: NOW_MS };
    const entry = await given(acceptedTask({ state: 'running', runs: 1, ...held }));

    expect(await ledger.claim(entry.task_id, LEASE, CLAIM)).toBeUndefined();
    expect(await ledger.claim(entry.task_id, LEASE, { ...CLAIM, nowMs: NOW_MS + 1 })).toMatchObject({
      state: 'running',
      runs: 2,
      lease_token: 'our-token',
    });
  });

  it('starts no run beyond the last, but always that of a task which was given back', async () => {
    const lapsed = { lease_token: 'another-token', lease_expires_at_ms: NOW_MS - 60_000 };
    const lost = await given(acceptedTask({ state: 'running', runs: 3, ...lapsed }));
    const givenBack = await given(acceptedTask({ state: 'accepted', runs: 3 }));

    expect(await ledger.claim(lost.task_id, LEASE, CLAIM)).toBeUndefined();
    expect(await ledger.claim(givenBack.task_id, LEASE, CLAIM)).toMatchObject({ runs: 4 });
  });

  it.each(['delivering', 'delivered', 'completed', 'dead'] as const)(
    'never runs a task that is %s',
    async (state) => {
      const entry = await given(acceptedTask({ state, runs: 1 }));

      expect(await ledger.claim(entry.task_id, LEASE, CLAIM)).toBeUndefined();
      expect(await ledger.read(entry.task_id)).toEqual(entry);
    },
  );

  it('makes no entry for a task that is not there', async () => {
    const id = randomUUID();

    expect(await ledger.claim(id, LEASE, CLAIM)).toBeUndefined();
    expect(await ledger.read(id)).toBeUndefined();
  });

  it('gives one lease to fifty at once', async () => {
    const entry = await given(acceptedTask());
    const tokens = Array.from({ length: 50 }, (_, n) => `token-${n}`);

    const claims = await Promise.all(
      tokens.map((token) => ledger.claim(entry.task_id, { ...LEASE, token }, CLAIM)),
    );

    const [winner, ...others] = claims.filter((claim) => claim !== undefined);
    expect(others).toEqual([]);
    expect(winner).toMatchObject({ runs: 1, lease_token: tokens[claims.indexOf(winner)] });
    expect(await ledger.read(entry.task_id)).toEqual(winner);
  });
});

describe('the end of a run', () => {
  const outcome = {
    status: 'completed',
    completed_at_ms: NOW_MS + 4_000,
    result: { json: '{"slept_seconds":4}' },
  } as const;
  const held = { state: 'running', runs: 1, lease_token: 'our-token', lease_expires_at_ms: NOW_MS } as const;

  it('is stored with the time until which its callback is attempted', async () => {
    const entry = await given(acceptedTask(held));

    expect(await ledger.complete(entry, 'our-token', { outcome, deliverByMs: NOW_MS + 259_200_000 })).toBe(
      true,
    );

    const { lease_token: _token, lease_expires_at_ms: _until, ...rest } = entry;
    expect(await ledger.read(entry.task_id)).toEqual({
      ...rest,
      state: 'delivering',
      outcome,
      deliver_by_ms: NOW_MS + 259_200_000,
    });
  });

  it('settles a task that owes no callback', async () => {
    const entry = await given(acceptedTask(held));

    await ledger.complete(entry, 'our-token', { outcome });

    const stored = await ledger.read(entry.task_id);
    expect(stored?.state).toBe('completed');
    expect(stored).not.toHaveProperty('deliver_by_ms');
  });

  it('stores a large result beside its entry', async () => {
    const entry = await given(acceptedTask(held));

    await ledger.complete(entry, 'our-token', {
      outcome: { ...outcome, result: { ref: 'result#our-token' } },
      result: { ref: 'result#our-token', json: '"large"' },
    });

    expect(await ledger.readPayload(entry.task_id, 'result#our-token')).toBe('"large"');
    expect(await itemsOf(entry)).toContainEqual({
      pk: `task#${entry.task_id}`,
      sk: 'result#our-token',
      json: '"large"',
      expires_at: 1_768_060_800,
    });
  });

  it('keeps the entry and its result for as long as the callback needs them', async () => {
    const entry = await given(acceptedTask(held));

    await ledger.complete(entry, 'our-token', {
      outcome: { ...outcome, result: { ref: 'result#our-token' } },
      result: { ref: 'result#our-token', json: '"large"' },
      deliverByMs: NOW_MS + 2_592_000_000,
      expiresAt: 1_790_000_000,
    });

    expect((await itemsOf(entry)).map(({ sk, expires_at }) => [sk, expires_at]).toSorted()).toEqual([
      ['entry', 1_790_000_000],
      ['result#our-token', 1_790_000_000],
    ]);
  });

  it('never shortens how long they are kept', async () => {
    const entry = await given(acceptedTask(held));

    await ledger.complete(entry, 'our-token', {
      outcome: { ...outcome, result: { ref: 'result#our-token' } },
      result: { ref: 'result#our-token', json: '"large"' },
      deliverByMs: NOW_MS + 60_000,
      expiresAt: 1_766_000_000,
    });

    expect((await itemsOf(entry)).map(({ sk, expires_at }) => [sk, expires_at]).toSorted()).toEqual([
      ['entry', 1_768_060_800],
      ['result#our-token', 1_768_060_800],
    ]);
  });

  it('is discarded where another run has taken over, or an outcome is stored', async () => {
    const takenOver = await given(acceptedTask({ ...held, lease_token: 'another-token' }));
    const settled = await given(deliveringTask());

    expect(await ledger.complete(takenOver, 'our-token', { outcome })).toBe(false);
    expect(await ledger.read(takenOver.task_id)).toEqual(takenOver);
    expect(await ledger.complete(settled, 'our-token', { outcome })).toBe(false);
    expect(await ledger.read(settled.task_id)).toEqual(settled);
  });

  it('gives the task back for another run, by its own lease alone', async () => {
    const entry = await given(acceptedTask(held));

    expect(await ledger.release(entry.task_id, 'another-token', NOW_MS + 2_000)).toBe(false);
    expect(await ledger.release(entry.task_id, 'our-token', NOW_MS + 2_000)).toBe(true);

    const { lease_token: _token, lease_expires_at_ms: _until, ...rest } = entry;
    expect(await ledger.read(entry.task_id)).toEqual({
      ...rest,
      state: 'accepted',
      not_before_ms: NOW_MS + 2_000,
    });
  });
});

describe('an attempt', () => {
  const failed: Attempt = { attempt: 1, at_ms: NOW_MS + 6_000, duration_ms: 30, status_code: 503 };
  const succeeded: Attempt = { attempt: 1, at_ms: NOW_MS + 6_000, duration_ms: 30, status_code: 200 };

  it('that delivered ends the callback', async () => {
    const entry = await given(deliveringTask({ next_attempt_at_ms: NOW_MS + 6_000 }));

    expect(await ledger.recordDelivered(entry, succeeded)).toBe(true);

    const { next_attempt_at_ms: _next, ...rest } = entry;
    expect(await ledger.read(entry.task_id)).toEqual({
      ...rest,
      state: 'delivered',
      delivered_at_ms: NOW_MS + 6_030,
      attempt_count: 1,
      attempts: [succeeded],
    });
  });

  it('that failed is recorded with what the receiver said and the time of the next', async () => {
    const entry = await given(deliveringTask());

    expect(
      await ledger.recordFailure(entry, failed, { atMs: NOW_MS + 11_000, answer: 'closed for lunch' }),
    ).toBe(true);
    expect(await ledger.read(entry.task_id)).toEqual({
      ...entry,
      next_attempt_at_ms: NOW_MS + 11_000,
      last_answer: 'closed for lunch',
      attempt_count: 1,
      attempts: [failed],
    });
  });

  it('is kept with the nine before it, and the count goes on', async () => {
    const twelve = Array.from({ length: 12 }, (_, n): Attempt => ({ ...failed, attempt: n + 1 }));
    const { task_id } = await given(deliveringTask());

    for (const attempt of twelve) {
      const seen = await ledger.read(task_id);
      if (seen !== undefined) await ledger.recordFailure(seen, attempt, { atMs: NOW_MS });
    }

    const entry = await ledger.read(task_id);
    expect(entry?.attempt_count).toBe(12);
    expect(entry?.attempts.map(({ attempt }) => attempt)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('that failed is recorded by one of two at the same time', async () => {
    const entry = await given(deliveringTask());

    const recorded = await Promise.all([
      ledger.recordFailure(entry, failed, { atMs: NOW_MS + 11_000 }),
      ledger.recordFailure(entry, failed, { atMs: NOW_MS + 12_000 }),
    ]);

    expect(recorded.toSorted()).toEqual([false, true]);
    expect(await ledger.read(entry.task_id)).toMatchObject({ attempt_count: 1, attempts: [failed] });
  });

  it('that delivered counts whatever was recorded meanwhile', async () => {
    const entry = await given(deliveringTask());
    await ledger.recordFailure(entry, failed, { atMs: NOW_MS + 11_000 });

    expect(await ledger.recordDelivered(entry, succeeded)).toBe(true);
    expect(await ledger.read(entry.task_id)).toMatchObject({ state: 'delivered' });
  });

  it('changes nothing that is settled or of another life', async () => {
    const death = { reason: 'gone', atMs: NOW_MS } as const;
    const settled = await given(deliveringTask({ state: 'delivered' }));
    const reborn = await given(deliveringTask({ generation: 1 }));
    const seenBefore = { ...reborn, generation: 0 };

    expect(await ledger.recordDelivered(settled, succeeded)).toBe(false);
    expect(await ledger.recordFailure(settled, failed, { atMs: NOW_MS })).toBe(false);
    expect(await ledger.recordDead(settled, failed, death)).toBe(false);
    expect(await ledger.recordDelivered(seenBefore, succeeded)).toBe(false);
    expect(await ledger.recordFailure(seenBefore, failed, { atMs: NOW_MS })).toBe(false);
    expect(await ledger.recordDead(seenBefore, failed, death)).toBe(false);
    expect(await ledger.read(settled.task_id)).toEqual(settled);
    expect(await ledger.read(reborn.task_id)).toEqual(reborn);
  });
});

describe('a callback that is given up', () => {
  const last: Attempt = { attempt: 8, at_ms: NOW_MS + 9_000, duration_ms: 20, error_class: 'dns' };

  it('is on the list, and dead one generation on', async () => {
    const entry = await given(deliveringTask({ attempt_count: 7, next_attempt_at_ms: NOW_MS + 9_000 }));

    await ledger.listDead(entry, 'deadline-passed', NOW_MS + 9_020);
    expect(
      await ledger.recordDead(entry, last, {
        reason: 'deadline-passed',
        atMs: NOW_MS + 9_020,
        answer: 'bye',
      }),
    ).toBe(true);

    const { next_attempt_at_ms: _next, ...rest } = entry;
    expect(await ledger.read(entry.task_id)).toEqual({
      ...rest,
      state: 'dead',
      generation: 1,
      dead_reason: 'deadline-passed',
      dead_at_ms: NOW_MS + 9_020,
      last_answer: 'bye',
      attempt_count: 8,
      attempts: [last],
    });
    expect(await itemsOf(entry)).toContainEqual({
      pk: expect.stringMatching(/^dead#[0-7]$/),
      sk: `1764000009020#${entry.task_id}`,
      task_id: entry.task_id,
      task_name: 'sleep',
      generation: 1,
      reason: 'deadline-passed',
      dead_at_ms: NOW_MS + 9_020,
      expires_at: 1_768_060_800,
    });
  });

  it('lives again with a new deadline and a new schedule, and is off the list', async () => {
    const entry = await given(
      deliveringTask({
        state: 'dead',
        generation: 1,
        attempt_count: 8,
        attempts: [last],
        dead_reason: 'deadline-passed',
        dead_at_ms: NOW_MS + 9_020,
        outcome: { status: 'completed', completed_at_ms: NOW_MS, result: { ref: 'result#our-token' } },
      }),
    );
    await ledger.create(entry);
    await ledger.storePayload(entry, { ref: 'result#our-token', json: '"large"' });
    await ledger.listDead({ ...entry, generation: 0 }, 'deadline-passed', NOW_MS + 9_020);

    const revived = await ledger.revive(entry, {
      owedSinceMs: NOW_MS + 60_000,
      deliverByMs: NOW_MS + 999_000,
      expiresAt: 1_770_000_000,
    });

    const { dead_at_ms: _at, dead_reason: _reason, ...rest } = entry;
    expect(revived).toEqual({
      ...rest,
      state: 'delivering',
      owed_since_ms: NOW_MS + 60_000,
      deliver_by_ms: NOW_MS + 999_000,
      schedule_base: 8,
      expires_at: 1_770_000_000,
    });
    // The entry and its result live longer now, and the row is gone.
    expect((await itemsOf(entry)).map(({ sk, expires_at }) => [sk, expires_at]).toSorted()).toEqual([
      ['entry', 1_770_000_000],
      ['result#our-token', 1_770_000_000],
    ]);
  });

  it('is kept as long as before at least when it lives again', async () => {
    const entry = await given(
      deliveringTask({
        state: 'delivered',
        outcome: { status: 'completed', completed_at_ms: NOW_MS, result: { ref: 'result#our-token' } },
      }),
    );
    await ledger.storePayload(entry, { ref: 'result#our-token', json: '"large"' });

    await ledger.replay(entry, {
      owedSinceMs: NOW_MS,
      deliverByMs: NOW_MS + 60_000,
      expiresAt: 1_766_000_000,
    });

    expect((await itemsOf(entry)).map(({ sk, expires_at }) => [sk, expires_at]).toSorted()).toEqual([
      ['entry', 1_768_060_800],
      ['result#our-token', 1_768_060_800],
    ]);
  });

  it('lives again once, also where two ask for it, and only in the life that died', async () => {
    const dead = await given(deliveringTask({ state: 'dead', generation: 1, dead_at_ms: NOW_MS }));
    const life = { owedSinceMs: NOW_MS, deliverByMs: NOW_MS + 999_000, expiresAt: 1_770_000_000 };

    expect(await ledger.revive({ ...dead, generation: 0 }, life)).toBeUndefined();
    const revived = await Promise.all([ledger.revive(dead, life), ledger.revive(dead, life)]);
    expect(revived.filter((entry) => entry !== undefined)).toHaveLength(1);
  });
});

describe('timers', () => {
  // Their ids fall on shards 1, 1 and 7.
  const EARLY = '00000000-0000-4000-8000-000000000001';
  const ELSEWHERE = '00000000-0000-4000-8000-000000000002';

  const timer = (at_ms: number, task_id: string): Timer => ({
    at_ms,
    queue: 'callbacks',
    task_id,
    generation: 0,
    group: 'receiver.example',
  });

  async function due(timers: Ledger, shard: number, untilMs: number): Promise<Timer[]> {
    const found: Timer[] = [];
    for await (const page of timers.dueTimers(shard, untilMs)) found.push(...page);
    return found;
  }

  const withoutKeys = (timers: Timer[]) => timers.map(({ at_ms, task_id }) => [at_ms, task_id]);

  it('are found by shard up to the given millisecond, earliest first', async () => {
    const { ledger: own } = await engines.newLedger();
    await own.putTimer(timer(NOW_MS + 60_001, EARLY));
    await own.putTimer(timer(NOW_MS + 60_000, EARLY));
    await own.putTimer(timer(NOW_MS - 86_400_000, EARLY));
    await own.putTimer(timer(NOW_MS, ELSEWHERE));

    expect(withoutKeys(await due(own, 1, NOW_MS + 60_000))).toEqual([
      [NOW_MS - 86_400_000, EARLY],
      [NOW_MS + 60_000, EARLY],
    ]);
    expect(await due(own, 7, NOW_MS)).toMatchObject([timer(NOW_MS, ELSEWHERE)]);
    expect(await due(own, 0, NOW_MS + 60_000)).toEqual([]);
  });

  it('are found on every page', async () => {
    const { ledger: own } = await engines.newLedger();
    // A page of DynamoDB holds 1 MB; each of these has some 100 KB.
    const bulky = Array.from({ length: 25 }, (_, n) => ({
      ...timer(NOW_MS + n, EARLY),
      group: 'x'.repeat(100_000),
    }));
    for (const each of bulky) await own.putTimer(each);

    let pages = 0;
    let found = 0;
    for await (const page of own.dueTimers(1, NOW_MS + 25)) {
      pages += 1;
      found += page.length;
    }

    expect(found).toBe(25);
    expect(pages).toBeGreaterThan(1);
  });

  it('are deleted once they were sent, and no others', async () => {
    const { ledger: own } = await engines.newLedger();
    const [first, second, third] = [0, 1, 2].map((n) => timer(NOW_MS + n, EARLY)) as [Timer, Timer, Timer];
    await Promise.all([first, second, third].map((each) => own.putTimer(each)));

    await own.deleteTimers([]);
    await own.deleteTimers([first, third]);

    expect(withoutKeys(await due(own, 1, NOW_MS + 60_000))).toEqual([[NOW_MS + 1, EARLY]]);
  });
});

describe('word of hosts that hang', () => {
  const hang = { host: 'hangs.example', at_ms: NOW_MS, failures: 1 };

  it('is found by the other processes, until it is old', async () => {
    const { ledger: own } = await engines.newLedger();
    await own.tellHang(hang);

    expect(await own.hangsSince(NOW_MS)).toMatchObject([hang]);
    expect(await own.hangsSince(NOW_MS + 1)).toEqual([]);
  });

  it('is the newest of each host, and goes by itself after an hour', async () => {
    const { ledger: own, items } = await engines.newLedger();
    await own.tellHang(hang);
    await own.tellHang({ ...hang, at_ms: NOW_MS + 60_000, failures: 2 });

    expect(await items()).toEqual([
      {
        pk: 'hangs',
        sk: 'hangs.example',
        host: 'hangs.example',
        at_ms: NOW_MS + 60_000,
        failures: 2,
        expires_at: Math.ceil((NOW_MS + 3_660_000) / 1000),
      },
    ]);
  });
});

describe('a table that does not answer', () => {
  it('is asked again after 1.5 s, while the function still has time', async () => {
    const server = await startScriptedServer(
      silence,
      answer(200, { 'content-type': 'application/x-amz-json-1.0' }, '{}'),
    );
    process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://127.0.0.1:${server.port}`;
    process.env.AWS_REGION = 'us-east-1';
    process.env.AWS_ACCESS_KEY_ID = 'local';
    process.env.AWS_SECRET_ACCESS_KEY = 'local';
    const client = dynamoClient();
    try {
      expect(await dynamoLedger(client, 'ledger').read(randomUUID())).toBeUndefined();
      expect(server.requests).toHaveLength(2);
    } finally {
      client.destroy();
      await server.close();
    }
  });
});
