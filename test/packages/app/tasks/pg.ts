import { defineTask, type Run } from 'callback-completion/task';
import pg from 'pg';
import * as z from 'zod/mini';
import { withSocketService } from '../work/loopback-server.ts';
import { servePostgres } from '../work/postgres-server.ts';

export const definition = defineTask({ input: z.strictObject({ name: z.string() }) });

/** Connects by a pool and queries. */
export const run: Run<typeof definition> = async ({ name }) =>
  await withSocketService(servePostgres, async (port) => {
    const pool = new pg.Pool({ host: '127.0.0.1', port, user: 'test', database: 'test', max: 1 });
    const { rows } = await pool.query('select 42 as answer');
    await pool.end();
    return { rows, quoted: pg.escapeLiteral(name) };
  });
