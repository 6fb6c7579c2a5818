/**
 * Program: a pg-boss worker. It takes batches of ten, as deliver does, posts them in parallel, writes a row for each
 * attempt, all of a batch in one statement, and pg-boss marks the batch's jobs as completed in another.
 */
import { chunks } from '../../lambda/chunks.ts';
import { type OwedCallback, owedCallback } from '../drain/callback.ts';
import { answerCommands, tellParent } from '../drain/commands.ts';
import { loadPeer } from './packages.ts';
import { postOwed } from './post.ts';

interface Job {
  readonly id: string;
  readonly data: OwedCallback;
}

/** As much of pg-boss as is used here. */
interface PgBoss {
  on(event: 'error', listener: (error: unknown) => void): void;
  start(): Promise<unknown>;
  createQueue(name: string): Promise<unknown>;
  insert(name: string, jobs: readonly { readonly data: OwedCallback }[]): Promise<unknown>;
  work(name: string, options: object, handle: (jobs: readonly Job[]) => Promise<void>): Promise<string>;
  offWork(name: string): Promise<void>;
}

interface Pool {
  query(statement: string, values?: readonly unknown[]): Promise<unknown>;
}

const { SERVER = '', CALLBACK_URL = '', CONCURRENCY = '10' } = process.env;
const CALLBACKS = 'callbacks';
const BATCH = 10;

const { PgBoss } = await loadPeer<{ PgBoss: new (options: object) => PgBoss }>('pg-boss');
const { default: pg } = await loadPeer<{ default: { Pool: new (options: object) => Pool } }>('pg');
const database = { host: SERVER, user: 'postgres', database: 'postgres' };
const boss = new PgBoss(database);
const pool = new pg.Pool(database);
boss.on('error', (error) => console.error(error));
await boss.start();

/** In this turn. */
let posted = 0;

async function deliverBatch(jobs: readonly Job[]): Promise<void> {
  const attempts = await Promise.all(jobs.map(({ data }) => postOwed(data)));
  await pool.query(
    'INSERT INTO attempt SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::int[], $4::int[])',
    [
      jobs.map(({ id }) => id),
      attempts.map(({ at_ms }) => at_ms),
      attempts.map(({ duration_ms }) => duration_ms),
      attempts.map(({ status_code }) => status_code),
    ],
  );
  posted += jobs.length;
}

answerCommands({
  /** Asked of one worker, before any of them works. */
  async owe({ from, count }: { from: number; count: number }) {
    await boss.createQueue(CALLBACKS);
    await pool.query(
      'CREATE TABLE attempt (job_id uuid, at_ms bigint, duration_ms int, status_code int, PRIMARY KEY (job_id, at_ms))',
    );
    const jobs = Array.from({ length: count }, (_, index) => ({
      data: owedCallback(from + index, CALLBACK_URL),
    }));
    for (const some of chunks(jobs, 1_000)) await boss.insert(CALLBACKS, some);
  },
  async work() {
    posted = 0;
    const options = {
      batchSize: BATCH,
      localConcurrency: Math.max(1, Number(CONCURRENCY) / BATCH),
      // Else it would wait for half a second between batches at least.
      burstWhenBatchFull: true,
      pollingIntervalSeconds: 0.5,
    };
    await boss.work(CALLBACKS, options, async (jobs) => {
      await deliverBatch(jobs);
      tellParent(jobs.length);
    });
  },
  /** Ends the turn when the batches under way are marked as completed; answers how many were posted in it. */
  async rest() {
    await boss.offWork(CALLBACKS);
    return posted;
  },
});
