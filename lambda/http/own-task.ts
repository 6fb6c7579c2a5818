import type { Entry } from '../ledger/entry.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { Problem } from './problem.ts';

/**
 * The task that a request names. Somebody else's is answered as one that does not exist: ids tell nothing to
 * strangers.
 *
 * @throws Problem 404
 */
export async function ownTask(taskId: string, client: string, ledger: Ledger): Promise<Entry> {
  const entry = /^[0-9a-f-]{36}$/i.test(taskId) ? await ledger.read(taskId.toLowerCase()) : undefined;
  if (entry?.client !== client) {
    throw new Problem({
      status: 404,
      title: 'Not Found',
      detail: `There is no task ${JSON.stringify(taskId.slice(0, 64))}. Task ids are what POST /api/tasks answers.`,
    });
  }
  return entry;
}
