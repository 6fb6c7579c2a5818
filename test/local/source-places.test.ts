import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildFunctions } from '../../lib/build/build-functions.ts';
import { SourcePlaces } from '../../local/source-places.ts';
import { temporaryDirectory } from './assembly-fixture.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

describe('the places of a stack', () => {
  it('are those of the sources, though the code is one minified line', async () => {
    const outputFolder = temporaryDirectory();
    await buildFunctions({
      taskFolders: [join(REPOSITORY, 'tasks/samples')],
      nodeModules: [],
      appFolder: REPOSITORY,
      architecture: 'arm64',
      outputFolder,
      local: true,
    });
    const module = JSON.stringify(join(outputFolder, 'run/work/fail.mjs'));
    const program = `
      import { run } from ${module};
      try { run(undefined, { run: 1 }); } catch (error) { console.log(error.stack); }`;
    const stack = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });

    const [first] = new SourcePlaces().of(stack.split('\n'));

    expect(first).toMatchObject({
      where: expect.stringMatching(/^tasks\/samples\/fail\.ts:\d+:\d+$/),
      own: true,
      text: 'if (input?.times === undefined) throw new Error(message);',
    });
  });

  it('begin with our own code; packages, prebuilt functions, Node and the local stack follow', () => {
    const places = new SourcePlaces().of([
      'TypeError: x is not a function',
      '    at JSON.parse (<anonymous>)',
      '    at node:internal/process/task_queues:105:5',
      `    at parse (${REPOSITORY}/node_modules/csv-parse/lib/sync.js:3:1)`,
      `    at async invoke (file://${REPOSITORY}/local/function-worker.ts:63:20)`,
      `    at async perform (file://${REPOSITORY}/.local/cdk.out/asset.0/task-process.mjs:6:1565)`,
      `    at async Object.work (${REPOSITORY}/lambda/contract/version.ts:2:14)`,
      'Runtime.handler (/elsewhere/index.js:1:2)',
    ]);

    expect(places.map(({ where, own }) => [where.replace(REPOSITORY, '…'), own])).toEqual([
      ['lambda/contract/version.ts:2:14', true],
      ['node:internal/process/task_queues:105:5', false],
      ['…/node_modules/csv-parse/lib/sync.js:3:1', false],
      ['…/local/function-worker.ts:63:20', false],
      ['…/.local/cdk.out/asset.0/task-process.mjs:6:1565', false],
      ['/elsewhere/index.js:1:2', false],
    ]);
    expect(places[0]?.text).toContain('export const VERSION');
  });

  it("are the app's own in its folder local/, too", () => {
    expect(new SourcePlaces('/app').of(['    at price (/app/local/prices.ts:3:7)'])).toMatchObject([
      { where: 'local/prices.ts:3:7', own: true },
    ]);
  });

  it('are those of the code itself where there is no map, or none that can be read', () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'index.js.map'), '{');
    expect(new SourcePlaces().of([`at ${folder}/index.js:1:2`])).toMatchObject([
      { where: `${folder}/index.js:1:2` },
    ]);
  });
});
