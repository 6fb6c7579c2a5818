import { createInterface } from 'node:readline/promises';
import { runCommand } from './commands.ts';

/**
 * Runs one command of `ops` in this terminal. The first Ctrl-C interrupts it, the second ends the process.
 *
 * @param args what follows `ops`
 * @returns the process's exit code
 */
export async function runOps(args: readonly string[]): Promise<number> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // Who asks twice does not want to wait for what is begun.
      if (interruption.signal.aborted) process.exit(1);
      interruption.abort();
    });
  }
  return await runCommand(args, {
    out: (text) => console.log(text),
    err: (text) => console.error(text),
    confirm: process.stdin.isTTY === true ? (question) => confirm(question, interruption) : undefined,
    draw: process.stderr.isTTY === true ? (text) => process.stderr.write(text) : undefined,
    interrupted: interruption.signal,
  });
}

/** On standard error, so that the output can be piped on. Ctrl-C is a no. */
async function confirm(question: string, interruption: AbortController): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.on('SIGINT', () => interruption.abort());
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: interruption.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (interruption.signal.aborted) return false;
    throw error;
  } finally {
    terminal.close();
  }
}
