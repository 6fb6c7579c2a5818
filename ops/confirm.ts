import type { Values } from './command-line.ts';
import { Fault } from './fault.ts';
import type { Terminal } from './terminal.ts';

/**
 * Asks before what cannot be undone, unless `--yes` says it all.
 *
 * @param consequence a sentence: what will be
 * @param question `Purge?`
 * @throws Fault where the answer is no, or nobody is there to give one
 */
export async function confirmed(
  consequence: string,
  question: string,
  { yes }: Values,
  { confirm }: Terminal,
): Promise<void> {
  if (yes === true) return;
  if (confirm === undefined) {
    throw new Fault(
      `${consequence} Nobody is here to confirm it, so nothing was changed. Give --yes to go on, or --dry-run to see what would be done.`,
    );
  }
  if (!(await confirm(`${consequence} ${question}`))) throw new Fault('Nothing was changed.');
}
