import { expect, test } from 'vitest';
import { runInShell } from '../../local/run-in-shell.ts';

const run = (command: string) =>
  runInShell(command, { cwd: process.cwd(), env: process.env, signal: undefined });

test('a command returns its exit code and everything that it wrote', async () => {
  expect(await run('echo out; echo err >&2; exit 3')).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' });
});

test('a process that a command leaves behind does not keep it from ending', async () => {
  const { code, stdout } = await run('sleep 600 & echo $!');
  process.kill(Number(stdout));

  expect(code).toBe(0);
});
