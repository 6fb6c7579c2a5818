import { runTask } from 'callback-completion/testing';
import { expect, test } from 'vitest';
import * as hello from '../tasks/hello.ts';

test('greets', async () => {
  expect(await runTask(hello, { name: 'Ada' })).toEqual({ greeting: 'Hello, Ada' });
});
