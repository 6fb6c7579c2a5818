/** Takes callbacks in a Hono app: CALLBACK_SECRET=whsec_… PORT=8080 node examples/receivers/hono.ts */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';

const TOLERANCE_SECONDS = 5 * 60;

/** One, or while a rotation lasts both, separated by a space. */
const secrets = (process.env.CALLBACK_SECRET ?? '').split(' ').filter((secret) => secret !== '');
if (secrets.length === 0) throw new Error('Set CALLBACK_SECRET to your signing secret, whsec_…');

/** Lets genuine callbacks through. It reads the body as bytes: parsed and written again, it may differ. */
const genuine = createMiddleware(async (c, next) => {
  const id = c.req.header('webhook-id');
  const timestamp = c.req.header('webhook-timestamp') ?? '';
  const signatures = c.req.header('webhook-signature') ?? '';
  if (id === undefined || !/^\d{1,12}$/.test(timestamp)) return c.body(null, 401);
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return c.body(null, 401);
  const body = Buffer.from(await c.req.arrayBuffer());
  const expected = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const mac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body);
    return Buffer.from(`v1,${mac.digest('base64')}`);
  });
  const given = signatures.split(' ').map((signature) => Buffer.from(signature));
  if (!given.some((a) => expected.some((b) => a.length === b.length && timingSafeEqual(a, b)))) {
    return c.body(null, 401);
  }
  return await next();
});

const seen = new Set<string>(); // Yours: a table with a unique key, which outlives the process.

const app = new Hono();
app.post('*', bodyLimit({ maxSize: 1024 * 1024 }), genuine, async (c) => {
  const id = c.req.header('webhook-id') ?? '';
  const isNew = !seen.has(id);
  seen.add(id);
  // Whatever takes long comes after the answer: it would be taken for a failure, and sent again.
  if (isNew) console.log(`callback ${id} ${await c.req.text()}`);
  return c.body(null, 204);
});

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT ?? 8080) }, ({ port }) => {
  console.log(`listening on http://127.0.0.1:${port}`);
});
