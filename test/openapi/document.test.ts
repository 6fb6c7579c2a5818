import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { CALLBACK_FORMATS, FORMAT_DESCRIPTIONS } from '../../lambda/contract/formats.ts';
import checkedIn from '../../lambda/task-status/openapi.json' with { type: 'json' };
import { accepted, batchResults, health, problem, settled, taskView } from '../../openapi/answers.ts';
import { openApiDocument } from '../../openapi/document.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { synthesize } from '../support/synthesize.ts';

describe('the OpenAPI document', () => {
  it('is fresh (else: npm run openapi)', () => {
    expect(checkedIn).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });

  it('has every route of the API and no other', () => {
    const routes = Object.values(synthesize().findResources('AWS::ApiGatewayV2::Route')).map(
      ({ Properties }) => Properties.RouteKey,
    );
    const documented = Object.entries(checkedIn.paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((key) => key !== 'parameters')
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.sort()).toEqual(routes.sort());
  });

  it('refers only to what it holds', () => {
    const references = [...JSON.stringify(checkedIn).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to = '']) => to);
    expect(references.length).toBeGreaterThan(0);
    const held = Object.entries(checkedIn.components).flatMap(([kind, parts]) =>
      Object.keys(parts).map((name) => `#/components/${kind}/${name}`),
    );
    for (const reference of references) expect(held).toContain(reference);
  });
});

describe('what the API really says', () => {
  let pipeline: Pipeline;
  let receiver: ScriptedReceiver;
  beforeAll(async () => {
    pipeline = await startPipeline();
    receiver = await startReceiver([503]);
  });
  afterAll(async () => {
    await pipeline.stop();
    await receiver.stop();
  });

  async function answer(method: string, path: string, body?: unknown): Promise<unknown> {
    const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
    return (await fetch(`${pipeline.stack.url}${path}`, init)).json();
  }

  const fits = (schema: z.core.$ZodType, value: unknown) =>
    expect(z.safeParse(schema, value).error?.issues ?? []).toEqual([]);

  it('fits its schemas', async () => {
    const report = { task_name: 'generate-report', callback_url: receiver.url };
    const first = await answer('POST', '/api/tasks', report);
    fits(accepted, first);
    const { task_id } = first as { task_id: string };
    fits(taskView, await pipeline.settled(task_id, 'delivered'));
    fits(settled, await answer('POST', `/api/tasks/${task_id}/replay`));
    fits(problem, await answer('DELETE', `/api/tasks/${task_id}`));
    fits(batchResults, await answer('POST', '/api/tasks/batch', { tasks: [report, { task_name: 'nope' }] }));
    fits(health, await answer('GET', '/api/health'));
    expect(await answer('GET', '/api/openapi.json')).toEqual(checkedIn);
  });

  it.each(CALLBACK_FORMATS.filter((format) => FORMAT_DESCRIPTIONS[format].contentType === undefined))(
    'to a receiver of %s fits its schema',
    async (format) => {
      for (const task of [{ task_name: 'generate-report' }, { task_name: 'fail' }]) {
        const taskId = await pipeline.accepted({
          ...task,
          callback_url: receiver.url,
          callback_format: format,
        });
        await pipeline.settled(taskId, 'delivered');
        const callback = receiver.received.find(({ headers }) => headers['webhook-id'] === taskId);
        fits(FORMAT_DESCRIPTIONS[format].body(), JSON.parse(callback?.body ?? ''));
      }
    },
  );
});
