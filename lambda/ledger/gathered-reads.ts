import type { Entry } from './entry.ts';
import type { Ledger } from './ledger.ts';

/**
 * Reads entries together. The answer has every task that was looked up, undefined where there is none; a task that is
 * not in it could not be looked up.
 */
export type ReadMany = (taskIds: readonly string[]) => Promise<ReadonlyMap<string, Entry | undefined>>;

type Asked = Map<string, PromiseWithResolvers<Entry | undefined>>;

/**
 * A ledger whose reads go out together where they are asked for together: those of one batch of messages are one call
 * in place of ten, and a call costs deliver's processor as much as seven bare POSTs. It costs no time: a read waits for the code
 * that is running to pause, and for no clock. Nothing is kept: whoever asks later is told what stands there later.
 *
 * A read alone stays what it was, and so does one that the others left over.
 */
export function withGatheredReads(ledger: Ledger, readMany: ReadMany): Ledger {
  let gathering: Asked | undefined;

  const answer = async (asked: Asked) => {
    const taskIds = [...asked.keys()];
    const found = taskIds.length === 1 ? undefined : await readMany(taskIds);
    for (const [taskId, { resolve }] of asked) {
      // A promise of its own: what goes wrong with it is its own fault.
      resolve(found?.has(taskId) ? found.get(taskId) : ledger.read(taskId));
    }
  };

  return {
    ...ledger,
    read(taskId) {
      if (gathering === undefined) {
        const asked: Asked = new Map();
        gathering = asked;
        queueMicrotask(() => {
          gathering = undefined;
          answer(asked).catch((error) => {
            for (const { reject } of asked.values()) reject(error);
          });
        });
      }
      // Two messages of one task are told the same.
      const pending = gathering.get(taskId) ?? Promise.withResolvers<Entry | undefined>();
      gathering.set(taskId, pending);
      return pending.promise;
    },
  };
}
