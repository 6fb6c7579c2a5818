import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changesOf } from '../../../local/watch/watch.ts';

const file = (path: string) => join(resolve(import.meta.dirname, '..', '..', '..'), path);
const reloaded = { files: [], functions: [], failed: [], errors: [], tookMs: 123.4 };

describe('a change, in words', () => {
  it('tells what was reloaded, how long it took, and why', () => {
    const files = [file('tasks/samples/sleep.ts'), file('tasks/samples/fail.ts')];
    expect(changesOf(files, [{ ...reloaded, files, functions: ['run', 'submit'] }])).toEqual([
      {
        tone: 'good',
        step: 'reloaded',
        text: 'run, submit in 123 ms: tasks/samples/sleep.ts and 1 more',
      },
    ]);
  });

  it('tells what goes on with its old code, and what is wrong', () => {
    const errors = ['lambda/log.ts:3:1: Unexpected "="'];
    expect(changesOf([], [{ ...reloaded, failed: ['run'], errors }])).toEqual([
      {
        tone: 'bad',
        step: 'not reloaded',
        text: 'run: the old code goes on\nlambda/log.ts:3:1: Unexpected "="',
      },
    ]);
  });

  it.each(['lib/stage.ts', 'bin/app.ts', 'local/gateway.ts', 'lambda/contract/settings.ts'])(
    'tells that %s needs another start',
    (path) => {
      expect(changesOf([file(path)], [])).toEqual([
        {
          tone: 'plain',
          step: 'restart needed',
          text: `${path} is read at the start only: Ctrl-C, then npm run dev`,
        },
      ]);
    },
  );

  it('tells nothing of a file that concerns nobody', () => {
    expect(changesOf([file('tasks/README.md')], [])).toEqual([]);
  });
});
