/** `npm run ops -- …`: what an operator does to a stack, here or on AWS. */
import { createInterface } from 'node:readline/promises';
import { runCommand } from './commands.ts';

process.exitCode = await runCommand(process.argv.slice(2), {
  out: (text) => console.log(text),
  err: (text) => console.error(text),
  confirm: process.stdin.isTTY === true ? confirm : undefined,
});

/** On standard error, so that the output can be piped on. */
async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
