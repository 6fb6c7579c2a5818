import { runCommand } from '../../ops/commands.ts';

/** What a command of `npm run ops` has come to. */
export interface OpsResult {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  /** What a person was asked. */
  readonly asked: readonly string[];
}

/**
 * @param answer what a person answers; undefined: none is there
 * @param interrupted aborted by what stands for Ctrl-C
 */
export async function ops(
  args: readonly string[],
  answer?: boolean,
  interrupted: AbortSignal = new AbortController().signal,
): Promise<OpsResult> {
  const out: string[] = [];
  const err: string[] = [];
  const asked: string[] = [];
  const confirm = async (question: string) => {
    asked.push(question);
    return answer === true;
  };
  const exitCode = await runCommand(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    confirm: answer === undefined ? undefined : confirm,
    draw: undefined,
    interrupted,
  });
  return { exitCode, out: out.join('\n'), err: err.join('\n'), asked };
}

/** What a command prints with `--json`; fails where the command does. */
export async function opsJson(...args: string[]): Promise<Record<string, string>> {
  const { exitCode, out, err } = await ops([...args, '--json']);
  if (exitCode !== 0) throw new Error(`ops ${args.join(' ')} ended with ${exitCode}: ${err}`);
  return JSON.parse(out) as Record<string, string>;
}

/** The same, whatever its form. */
export async function opsReport<T>(...args: string[]): Promise<T> {
  return (await opsJson(...args)) as unknown as T;
}
