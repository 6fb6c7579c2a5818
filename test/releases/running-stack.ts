import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalStack, startLocalStack } from '../../local/local-stack.ts';
import { VARIABLES } from './record-cases.ts';
import type { RecordedResources } from './recorded-release.ts';
import { clientsOf, type StackClients } from './stack-clients.ts';

/** A local stack on a state of its own, whose schedule runs only if a test says so. */
export interface RunningStack {
  readonly stack: LocalStack;
  /** The state folder, as `ops --state` takes it. */
  readonly state: string;
  readonly clients: StackClients;
  /** Every line that the functions have logged. */
  readonly log: readonly string[];
  stop(): Promise<void>;
}

/**
 * Runs an assembly on an empty state, so that nothing is recovered: what is loaded is driven by its messages and
 * timers alone, as on AWS.
 *
 * @param resources by whose logical ids the table, the queues and the secret are found
 */
export async function startOnEmptyState(
  assemblyDirectory: string,
  resources: RecordedResources,
): Promise<RunningStack> {
  const state = mkdtempSync(join(tmpdir(), 'release-state-'));
  const log: string[] = [];
  const stack = await startLocalStack({
    assemblyDirectory,
    state,
    schedule: false,
    functionVariables: VARIABLES,
    onLogLine: (line) => log.push(line),
  });
  const clients = clientsOf(stack, resources);
  return {
    stack,
    state,
    clients,
    log,
    async stop() {
      clients.close();
      await stack.stop();
      rmSync(state, { recursive: true, force: true });
    },
  };
}
