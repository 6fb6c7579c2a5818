import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { npmFailure } from '../support/registry.ts';

/** Between asking a program to end and killing it with all that it started. */
const GRACE_MS = 10_000;

/** Lines of output that an error shows. */
const SHOWN_LINES = 25;

export interface ProgramOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How long it may take, or may take to print what is waited for. */
  readonly withinMs: number;
}

/** A program, such as `npm start`, in a process group of its own, with all that it printed. */
export class Program {
  /** Standard output and standard error. */
  output = '';
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #exitCode: number | null | undefined;

  constructor(command: readonly string[], { cwd, env }: Pick<ProgramOptions, 'cwd' | 'env'>) {
    const [file = '', ...args] = command;
    this.#name = command.join(' ');
    this.#child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.#ended = once(this.#child, 'close').then(([code]) => {
      this.#exitCode = code;
      return code;
    });
  }

  /** @returns what the pattern found in what the program printed */
  async printed(pattern: RegExp, withinMs: number): Promise<RegExpExecArray> {
    const untilMs = Date.now() + withinMs;
    for (;;) {
      const match = pattern.exec(this.output);
      if (match !== null) return match;
      if (this.#exitCode !== undefined) throw this.#error(`ended with ${this.#exitCode}`);
      if (Date.now() > untilMs) throw this.#error(`did not print ${pattern} within ${withinMs / 1_000} s`);
      await delay(50);
    }
  }

  /** @returns its exit code; null if it was killed, because it took too long */
  async ended(withinMs: number): Promise<number | null> {
    await Promise.race([this.#ended, delay(withinMs, undefined, { ref: false })]);
    if (this.#exitCode === undefined) this.#signal('SIGKILL');
    return await this.#ended;
  }

  /** Interrupts it as Ctrl-C does, and kills what is left of it after 10 s. @returns its exit code */
  async stop(): Promise<number | null> {
    this.#signal('SIGINT');
    return await this.ended(GRACE_MS);
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#exitCode !== undefined) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  #error(problem: string): Error {
    return new Error(`${this.#name} ${problem}. Its output:\n${lastLines(this.output)}`);
  }
}

/**
 * Runs a program to its end.
 *
 * @param expected its exit code
 * @returns what it printed
 */
export async function run(
  command: readonly string[],
  options: ProgramOptions,
  expected = 0,
): Promise<string> {
  const { output, problem } = await end(command, options, expected);
  if (problem !== undefined) throw new Error(`${problem}. Its output:\n${lastLines(output)}`);
  return output;
}

/**
 * Runs a command of npm that installs packages.
 *
 * @throws NoRegistryError if no registry answers
 */
export async function install(command: readonly string[], options: ProgramOptions): Promise<void> {
  // Warnings would hide the error.
  const env = { ...options.env, npm_config_loglevel: 'error' };
  const { output, problem } = await end(command, { ...options, env }, 0);
  if (problem !== undefined) throw npmFailure(problem, output);
}

async function end(command: readonly string[], options: ProgramOptions, expected: number) {
  const program = new Program(command, options);
  const exitCode = await program.ended(options.withinMs);
  const how = exitCode === null ? `was killed after ${options.withinMs / 1_000} s` : `ended with ${exitCode}`;
  const problem =
    exitCode === expected ? undefined : `${command.join(' ')} ${how}, not with the exit code ${expected}`;
  return { output: program.output, problem };
}

function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
}
