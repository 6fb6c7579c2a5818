import type { Command, Values } from './command-line.ts';
import { Fault } from './fault.ts';
import type { Terminal } from './terminal.ts';

/**
 * Asks before what cannot be undone, unless `--yes` says it all.
 *
 * @param consequence a sentence: what will be
 * @param question `Purge?`
 * @param command tells whether it can be tried out first
 * @throws Fault where the answer is no, or nobody is there to give one
 */
export async function confirmed(
  consequence: string,
  question: string,
  { yes }: Values,
  { confirm }: Terminal,
  { takes }: Pick<Command, 'takes'>,
): Promise<void> {
  if (yes === true) return;
  if (confirm === undefined) {
    const orTryIt = takes.includes('dry-run') ? ', or --dry-run to see what would be done' : '';
    throw new Fault(
      `${consequence} Nobody is here to confirm it, so nothing was changed. Give --yes to go on${orTryIt}.`,
    );
  }
  if (!(await confirm(`${consequence} ${question}`))) throw new Fault('Nothing was changed.');
}
