import type { TaskDefinition } from './define-task.ts';
import { fail } from './fail/definition.ts';
import { generateReport } from './generate-report/definition.ts';
import { sleep } from './sleep/definition.ts';

/** The tasks that can be submitted. A new one is a line here and a line in functions.ts. */
const all = [generateReport, sleep, fail] as const;

export type TaskName = (typeof all)[number]['name'];
export type DefinitionOf<Name extends TaskName> = Extract<(typeof all)[number], { name: Name }>;

export const definitions: ReadonlyMap<string, TaskDefinition> = byName(all);

function byName(list: readonly TaskDefinition[]): Map<string, TaskDefinition> {
  const map = new Map<string, TaskDefinition>();
  for (const definition of list) {
    if (map.has(definition.name)) throw new TypeError(`two tasks are named ${definition.name}`);
    map.set(definition.name, definition);
  }
  return map;
}
