import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleInto } from '../../lib/bundle-into.ts';
import { SourcePlaces } from '../../local/source-places.ts';
import { temporaryDirectory } from './assembly-fixture.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

describe('the places of a stack', () => {
  it('are those of the sources, though the code is one minified line', async () => {
    const bundle = temporaryDirectory();
    const sourceFolder = join(REPOSITORY, 'lambda', 'task-status');
    await bundleInto(bundle, { sourceFolder, besides: ['task-result.ts'], withNotes: true });
    const { resultAnswer } = createRequire(join(bundle, 'package.json'))('./task-result.js');
    expect(resultAnswer).toBeTypeOf('function');

    const thrown = await Promise.resolve()
      .then(() => resultAnswer(undefined, undefined))
      .catch((error: Error) => error);
    const [first] = new SourcePlaces().of((thrown as Error).stack?.split('\n') ?? []);

    expect(first).toMatchObject({
      where: expect.stringMatching(/^lambda\/task-status\/task-result\.ts:\d+:\d+$/),
      own: true,
      text: expect.any(String),
    });
  });

  it('begin with our own code; packages, Node and the local stack follow', () => {
    const places = new SourcePlaces().of([
      'TypeError: x is not a function',
      '    at JSON.parse (<anonymous>)',
      '    at node:internal/process/task_queues:105:5',
      `    at parse (${REPOSITORY}/node_modules/csv-parse/lib/sync.js:3:1)`,
      `    at async invoke (file://${REPOSITORY}/local/function-worker.ts:63:20)`,
      `    at async Object.work (${REPOSITORY}/lambda/version.ts:2:14)`,
      'Runtime.handler (/elsewhere/index.js:1:2)',
    ]);

    expect(places.map(({ where, own }) => [where.replace(REPOSITORY, '…'), own])).toEqual([
      ['lambda/version.ts:2:14', true],
      ['node:internal/process/task_queues:105:5', false],
      ['…/node_modules/csv-parse/lib/sync.js:3:1', false],
      ['…/local/function-worker.ts:63:20', false],
      ['/elsewhere/index.js:1:2', false],
    ]);
    expect(places[0]?.text).toContain('export const VERSION');
  });

  it('are those of the code itself where there is no map, or none that can be read', () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'index.js.map'), '{');
    expect(new SourcePlaces().of([`at ${folder}/index.js:1:2`])).toMatchObject([
      { where: `${folder}/index.js:1:2` },
    ]);
  });
});
