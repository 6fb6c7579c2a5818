import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { synthesizePresent } from '../support/synthesize-present.ts';
import { type CanaryStack, startCanaryStack } from './canary-stack.ts';
import { Marks } from './marks.ts';

const marks = new Marks();
const folder = mkdtempSync(join(tmpdir(), 'canary-keys-'));
const LONGEST_MS = 120_000;
const REQUESTS_UNDER_FAULTS = 60;

let stack: CanaryStack;

beforeAll(async () => {
  const assembly = join(folder, 'cdk.out');
  await synthesizePresent(assembly, { auth: 'api-key', allowedCallbackCidrs: '127.0.0.0/8' });
  stack = await startCanaryStack(assembly, 'billing');
});
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A key, shown this once, whose secret is marked. */
async function newKey(client: string) {
  const { key, ...record } = JSON.parse(
    await stack.operateUnseen('keys', 'create', '--client', client, '--json'),
  );
  marks.known(`a key of ${client}`, key.split('_').slice(2).join('_'));
  return { key: String(key), id: String(record.key_id ?? key.split('_')[1]) };
}

const call = (authorization: string, body = '{"task_name":"generate-report"}') =>
  stack.request('POST', '/api/tasks', body, { authorization });

describe('the secret of a key', () => {
  it('is nowhere once it was shown', { timeout: LONGEST_MS }, async () => {
    const mine = await newKey('billing');
    const theirs = await newKey('reports');

    expect((await call(`Bearer ${mine.key}`)).status).toBe(202);
    expect((await call(`Bearer ${theirs.key}`)).status).toBe(202);
    // Wrong in every way that there is.
    const guess = marks.known(
      'a guess',
      'q'.repeat(6) + 'Wrong0123456789Wrong0123456789Wrong0123'.slice(0, 37),
    );
    for (const wrong of [
      `Bearer cck_${mine.id}_${guess}`,
      `Bearer cck_0123456789abcdef_${guess}`,
      `Bearer ${mine.key}x`,
      `Basic ${Buffer.from(mine.key).toString('base64')}`,
      `Bearer ${theirs.key.replace(theirs.id, mine.id)}`,
      guess,
    ]) {
      expect((await call(wrong)).status).toBe(403);
    }
    await stack.operate('keys', 'list');
    await stack.operate('keys', 'list', '--json');
    await stack.operate('keys', 'revoke', theirs.id, '--yes');

    stack.setFaulty(true);
    for (let nth = 0; nth < REQUESTS_UNDER_FAULTS; nth += 1) {
      // A key of its own each time, since answers about a key are cached.
      await call(`Bearer cck_${String(nth).padStart(16, '0')}_${guess.slice(0, 43)}`);
      await call(
        `Bearer ${mine.key}`,
        `{"task_name":"generate-report","input":{"csv":"${marks.plain(`input ${nth}`)}"}}`,
      );
    }
    stack.setFaulty(false);

    const searched: Record<string, readonly string[]> = {
      'log lines': stack.log,
      'error answers': stack.errorAnswers,
      'ledger items, without content': (await stack.items()).map(({ input: _, ...item }) =>
        JSON.stringify(item),
      ),
      'calls to SQS': stack.sentToQueues(),
      'what operators saw': stack.operatorSaw,
    };
    console.log(`${marks.count} marks, ${stack.faults()} faults whose messages hold content`);
    console.table(
      Object.entries(searched).map(([where, lines]) => ({
        where,
        searched: lines.length,
        hits: hitsIn(lines).length,
      })),
    );
    for (const lines of Object.values(searched)) expect(hitsIn(lines)).toEqual([]);
    expect(stack.faults()).toBeGreaterThan(10);
    expect(stack.log.some((line) => line.includes('wrong-secret'))).toBe(true);
  });
});

const hitsIn = (lines: readonly string[]) =>
  lines.flatMap((line) => marks.foundIn(line).map((found) => `${found}: ${line.slice(0, 300)}`));
