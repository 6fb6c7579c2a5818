import { runTask } from 'callback-completion/testing';
import { expect, test } from 'vitest';
import * as hello from '../tasks/hello.ts';

test('greets by name', async () => {
  expect(await runTask(hello, { name: 'Ada' })).toEqual({ greeting: 'Hello, Ada' });
});

test('refuses an empty name', async () => {
  await expect(runTask(hello, { name: '' })).rejects.toThrow();
});
