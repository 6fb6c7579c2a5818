/** What the parent asks of one of its processes, and what it is answered: one JSON message each. */
type Ask = { readonly id: number; readonly command: string; readonly given: unknown };
export type Answer = { readonly id: number; readonly value?: unknown; readonly fault?: string };
/** What a process tells without being asked. */
export type Told = { readonly told: number };

/** One command of a process: takes what the parent gives, answers what can be told as JSON. */
export type Command = (given: never) => Promise<unknown>;

/** Has this process answer its parent, one command after the other, until the parent is gone. */
export function answerCommands(commands: Readonly<Record<string, Command>>): void {
  let last: Promise<void> = Promise.resolve();
  process.on('message', (ask: Ask) => {
    last = last.then(async () => {
      const answer = await answerTo(ask, commands[ask.command]);
      process.send?.(answer);
    });
  });
  // A parent that was killed must not leave this process behind.
  process.on('disconnect', () => process.exit());
  // Ctrl-C goes to the whole group; the parent has things to end in order.
  process.on('SIGINT', () => {});
}

/** Tells the parent a number, which it has not asked for. */
export function tellParent(told: number): void {
  process.send?.({ told } satisfies Told);
}

async function answerTo({ id, command, given }: Ask, run: Command | undefined): Promise<Answer> {
  try {
    if (run === undefined) throw new Error(`there is no command ${command}`);
    return { id, value: await run(given as never) };
  } catch (error) {
    return { id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
