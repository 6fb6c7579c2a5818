import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type CanaryStack, startCanaryStack } from './canary-stack.ts';
import { waysThrough } from './canary-ways.ts';
import { Marks, needlesOf } from './marks.ts';

/*
 * Whatever is secret or a payload carries a mark, on every way that a task can take. Then no mark may be in anything
 * that is logged, queued, listed, or answered as an error.
 */
const marks = new Marks();
const LONGEST_MS = 240_000;
/** FUZZ_FACTOR adds rounds, as `npm run test:long` does. */
const FAULTY_ROUNDS = process.env.FUZZ_FACTOR === undefined ? 2 : 4;
const UNDER_FAULTS_MS = 5_000;

let stack: CanaryStack;

beforeAll(async () => {
  stack = await startCanaryStack(inject('assemblyDirectory'));
  marks.known('the master secret', stack.secrets.master);
  marks.known("the client's signing secret", stack.secrets.clients);
});
afterAll(() => stack?.stop());

/** Of what the ledger holds, all that is not the place for content: entries keep their URL, outcome and last answer. */
async function besidesContent(): Promise<string[]> {
  const items = await stack.items();
  return items.map(({ json: _, input, outcome, callback_url: __, last_answer: ___, ...fields }) =>
    JSON.stringify({
      ...fields,
      input: refOf(input),
      outcome: (outcome as { status?: string } | undefined)?.status,
    }),
  );
}

function refOf(payload: unknown): unknown {
  return (payload as { ref?: string } | undefined)?.ref;
}

/** The last answer is the receiver's word, which `show` repeats to operators; this receiver repeats all it was sent. */
const withoutLastAnswer = (text: string) =>
  text.replace(/^last answer .*$/gm, '').replace(/"(last_answer|first_bytes)":"(\\.|[^"\\])*"/g, '');

/** A text for each line that holds a mark, with the mark's name. */
const hitsIn = (lines: readonly string[]) =>
  lines.flatMap((line) => marks.foundIn(line).map((found) => `${found}: ${line.slice(0, 300)}`));

describe('a mark', () => {
  it('is found in every form that it is looked for in', () => {
    const own = new Marks();
    const [odd, plain] = [own.odd('odd'), own.plain('plain')];
    const line = JSON.stringify({ level: 'INFO', message: 'attempt-failed', status_code: 503 });
    const planted = [
      JSON.stringify({ text: odd }),
      JSON.stringify({ body: JSON.stringify({ text: odd }) }),
      JSON.stringify({ error: { message: `Unexpected token in "${plain.slice(0, 12)}"...` } }),
      `x${Buffer.from(`{"csv":${JSON.stringify(plain)}}`).toString('base64')}`,
      `xy${Buffer.from(`ab${plain}cd`).toString('base64url')}`,
      Buffer.from(`a${odd}`).toString('hex'),
      `https://example.com/?text=${encodeURIComponent(odd)}`,
      new URLSearchParams({ text: odd }).toString(),
      plain.slice(-20),
    ];

    expect(own.foundIn(line)).toEqual([]);
    expect(planted.filter((text) => own.foundIn(text).length === 0)).toEqual([]);
    expect(needlesOf(plain).every(([, needle]) => needle.length >= 12)).toBe(true);
  });
});

describe('secrets and content', () => {
  it('are nowhere but where they belong', { timeout: LONGEST_MS }, async () => {
    const { everyWay, allSettled, byTheClient, refused, inTheQueues, byAnOperator } = waysThrough(
      stack,
      marks,
    );
    const ids = await everyWay('undisturbed');
    await byTheClient('undisturbed');
    await allSettled(ids);
    await refused(ids.succeeds ?? '');
    await inTheQueues();
    await byAnOperator(ids);
    const undisturbedLines = stack.log.length;

    stack.setFaulty(true);
    for (let round = 1; round <= FAULTY_ROUNDS; round += 1) {
      await everyWay(`under faults ${round}`);
      await byTheClient(`under faults ${round}`);
    }
    // Some are settled, others wait for a lease of a minute to lapse: both have had their faults.
    await delay(UNDER_FAULTS_MS);
    stack.setFaulty(false);

    const queued = (
      await Promise.all((['Tasks', 'Callbacks', 'DeadLetter'] as const).map((queue) => stack.messages(queue)))
    ).flat();
    // What was put into the queues from outside is not ours, and is moved as it is.
    const ours = queued.filter((message) => !message.includes('not JSON: ') && !message.includes('"note"'));
    const searched: Record<string, readonly string[]> = {
      'log lines': stack.log,
      'error answers': stack.errorAnswers,
      'ledger items, without content': await besidesContent(),
      'calls to SQS': stack.sentToQueues(),
      'messages in queues': ours,
      'what operators saw': stack.operatorSaw.map(withoutLastAnswer),
    };
    const rows = Object.entries(searched).map(([where, lines]) => ({
      where,
      searched: lines.length,
      bytes: lines.reduce((sum, line) => sum + line.length, 0),
      hits: hitsIn(lines).length,
    }));
    console.log(`${marks.count} marks, ${stack.faults()} faults whose messages hold content`);
    console.table(rows);

    for (const lines of Object.values(searched)) expect(hitsIn(lines)).toEqual([]);
    // What is searched is what there is to find them in.
    expect(stack.log.filter((line) => line.includes('"level":"ERROR"')).length).toBeGreaterThan(10);
    expect(stack.log.length).toBeGreaterThan(undisturbedLines);
    expect(stack.faults()).toBeGreaterThan(10 * FAULTY_ROUNDS);
    expect(stack.errorAnswers.length).toBeGreaterThan(20);
    expect(ours.length).toBeGreaterThan(0);
    expect(stack.operatorSaw.filter((text) => /^200 .*"story":\[\{/.test(text)).length).toBeGreaterThan(5);
    const everything = (await stack.items()).map((item) => JSON.stringify(item));
    expect(hitsIn(everything).length).toBeGreaterThan(20);
  });

  it('each line of the log is one JSON object', () => {
    const odd = stack.log.filter((line) => !/^\{.*\}$/.test(line) || typeof JSON.parse(line) !== 'object');
    expect(odd).toEqual([]);
  });
});
