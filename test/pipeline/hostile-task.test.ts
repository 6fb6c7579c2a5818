import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallbackCompletion } from '../../lib/callback-completion.ts';
import { type AppAssembly, synthesizeApp } from '../support/app-assembly.ts';
import { appFolder } from '../support/app-folder.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';

/** All that work may do at the top level of its file. What is not the definition's carries a mark. */
const HOSTILE = `
import './effects/mark-side-effect.ts';
import { createHash } from 'node:crypto';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import words from './mark-words.json' with { type: 'json' };
import { defineTask, RetryableTaskError, type Run } from 'callback-completion/task';
import * as z from 'zod/mini';
import { MAX_NAMES } from './shared/limits.ts';

const client = new CloudFormationClient({ region: 'mark-client', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
const { sep: markSeparator } = require('node:path');
const legacy = require('./effects/mark-legacy.cjs');

enum Tone { kind = 'kind-tone', stern = 'stern-tone' }
enum MarkUnused { one = 'mark-enum' }

const loud = (method: (name: string) => string) => function (this: unknown, name: string) { return method.call(this, name).toUpperCase() + 'mark-decorator'; };
class MarkVoice {
  static volume: string;
  static { MarkVoice.volume = 'mark-static-block'; }
  @loud greet(name: string) { return words.greeting + ' ' + name; }
}

const awaited = await Promise.resolve('mark-awaited');
(globalThis as any).markStatement = 'mark-statement';
if (awaited === 'never') throw new RetryableTaskError('mark-throw');

export const definition = defineTask({
  input: z.strictObject({ names: z.array(z.string()).check(z.maxLength(MAX_NAMES)), tone: z.enum(Tone) }),
  aliases: ['hostile-as-before'],
});

export const run: Run<typeof definition> = async ({ names, tone }) => ({
  greetings: names.map((name) => new MarkVoice().greet(name)),
  tone,
  region: await client.config.region(),
  volume: MarkVoice.volume,
  awaited,
  separator: markSeparator,
  legacy: legacy.name,
  enumeration: MarkUnused.one,
  sideEffect: (globalThis as any).markSideEffect,
  statement: (globalThis as any).markStatement,
  hash: createHash('sha256').update('mark-run').digest('hex').slice(0, 8),
});

export default run;
`;

const FILES = {
  'tasks/hostile.ts': HOSTILE,
  'tasks/shared/limits.ts': `export const MAX_NAMES = 1717; export const MORE = 'mark-limits';`,
  'tasks/mark-words.json': '{"greeting":"mark-json"}',
  'tasks/effects/mark-side-effect.ts': `(globalThis as any).markSideEffect = 'mark-side-effect'; export {};`,
  'tasks/effects/mark-legacy.cjs': `module.exports = { name: 'mark-legacy' };`,
};

let app: AppAssembly;
let pipeline: Pipeline;

beforeAll(async () => {
  const folder = appFolder(FILES);
  app = synthesizeApp((stack) => {
    new CallbackCompletion(stack, 'Pipeline', {
      tasks: join(folder, 'tasks'),
      allowedCallbackCidrs: ['127.0.0.0/8'],
    });
  });
  pipeline = await startPipeline(app.directory);
}, 120_000);

afterAll(async () => {
  await pipeline?.stop();
  app?.remove();
});

function codeOf(name: string): string {
  const found = pipeline.stack.description.pipelines[0]?.functions.find(({ logicalId }) =>
    logicalId.startsWith(`Pipeline${name}Function`),
  );
  return found?.codeDirectory ?? `no function ${name}`;
}

describe('a task file with everything that can be at its top level', () => {
  it('leaves nothing but its definition in the submit function', () => {
    const submit = readFileSync(join(codeOf('Submit'), 'index.js'), 'utf8');

    expect(submit.match(/[Mm]ark[-A-Z][\w-]*/g) ?? []).toEqual([]);
    expect(submit).not.toMatch(/cloudformation|CloudFormation/);
    // The definition is there: its enum, its alias, the limit that it imports.
    expect(submit).toContain('kind-tone');
    expect(submit).toContain('hostile-as-before');
    expect(submit).toContain('1717');
  });

  it('keeps all of it in its work', () => {
    const work = readFileSync(join(codeOf('Run'), 'work/hostile.mjs'), 'utf8');

    expect([...new Set(work.match(/["']mark-[\w-]*["']/g))].map((text) => text.slice(1, -1)).sort()).toEqual([
      'mark-awaited',
      'mark-client',
      'mark-decorator',
      'mark-enum',
      'mark-json',
      'mark-legacy',
      'mark-run',
      'mark-side-effect',
      'mark-statement',
      'mark-static-block',
      'mark-throw',
    ]);
  });

  it('runs, and its callback arrives', async () => {
    const taskId = await pipeline.accepted({
      task_name: 'hostile',
      input: { names: ['Ada', 'Bob'], tone: 'kind-tone' },
      callback_url: pipeline.inboxUrl('hostile'),
    });

    expect(await pipeline.inboxOf('hostile')).toEqual([
      {
        task_id: taskId,
        task_name: 'hostile',
        status: 'completed',
        completed_at: expect.any(String),
        result: {
          greetings: ['MARK-JSON ADAmark-decorator', 'MARK-JSON BOBmark-decorator'],
          tone: 'kind-tone',
          region: 'mark-client',
          volume: 'mark-static-block',
          awaited: 'mark-awaited',
          separator: '/',
          legacy: 'mark-legacy',
          enumeration: 'mark-enum',
          sideEffect: 'mark-side-effect',
          statement: 'mark-statement',
          hash: '046b9be0',
        },
      },
    ]);
  });

  it('has a definition that is held to: submit refuses what does not fit', async () => {
    const answer = await pipeline.submit({
      task_name: 'hostile-as-before',
      input: { names: [], tone: 'loud-tone' },
    });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      issues: [{ path: 'input.tone' }],
    });
  });
});
