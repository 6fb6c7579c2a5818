import type { TaskDefinition } from './define-task.ts';
import { fail } from './fail/definition.ts';
import { generateReport } from './generate-report/definition.ts';
import { manualReview } from './manual-review/definition.ts';
import { sleep } from './sleep/definition.ts';

/** The tasks that can be submitted. A new one is a line here and a line in functions.ts. */
const all = [generateReport, sleep, fail, manualReview] as const;

/** The tasks whose work is done here. */
export type TaskName = Exclude<(typeof all)[number], { external: true }>['name'];
export type DefinitionOf<Name extends TaskName> = Extract<(typeof all)[number], { name: Name }>;

export const definitions: ReadonlyMap<string, TaskDefinition> = byName(all);

/** How long work that is done elsewhere is waited for where its definition does not say, in seconds. */
const EXTERNAL_TIMEOUT_SECONDS = 86_400;

/** How long the work of a task is waited for, in milliseconds; undefined where it is done here. */
export function externalTimeoutMs(taskName: string): number | undefined {
  const definition = definitions.get(taskName);
  if (definition?.external !== true) return undefined;
  return (definition.timeoutSeconds ?? EXTERNAL_TIMEOUT_SECONDS) * 1000;
}

function byName(list: readonly TaskDefinition[]): Map<string, TaskDefinition> {
  const map = new Map<string, TaskDefinition>();
  for (const definition of list) {
    if (map.has(definition.name)) throw new TypeError(`two tasks are named ${definition.name}`);
    map.set(definition.name, definition);
  }
  return map;
}
