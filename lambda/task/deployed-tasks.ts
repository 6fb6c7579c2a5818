import type { TaskDefinition } from './define-task.ts';

/** The tasks that requests can submit. */
export interface DeployedTasks {
  /** Their names, without aliases, in the order in which the build found them. */
  readonly names: readonly string[];
  /** Returns the definition that has this name or alias. */
  find(name: string): TaskDefinition | undefined;
}

/** How long to wait for the completion of an external task whose definition sets no `timeout`, in seconds: a day. */
const DEFAULT_EXTERNAL_TIMEOUT_SECONDS = 86_400;

/** @param tasks each task's name with its definition */
export function deployedTasks(tasks: readonly (readonly [string, TaskDefinition])[]): DeployedTasks {
  const byName = new Map(
    tasks.flatMap(([name, definition]) =>
      [name, ...(definition.aliases ?? [])].map((one) => [one, definition] as const),
    ),
  );
  return { names: tasks.map(([name]) => name), find: (name) => byName.get(name) };
}

/** How long to wait for the completion of a task, in milliseconds. Undefined if the task's work runs here. */
export function externalTimeoutMs(definition: TaskDefinition | undefined): number | undefined {
  if (definition?.external !== true) return undefined;
  return (definition.timeoutSeconds ?? DEFAULT_EXTERNAL_TIMEOUT_SECONDS) * 1000;
}
