import type { DefinitionOf, TaskName } from './definitions.ts';
import { failWork } from './fail/run.ts';
import { generateReportWork } from './generate-report/run.ts';
import type { TaskImplementation } from './implement-task.ts';
import { sleepWork } from './sleep/run.ts';

/** The work of every task. The type checker holds it complete: a definition without work does not compile. */
export const functions = {
  'generate-report': generateReportWork,
  sleep: sleepWork,
  fail: failWork,
} satisfies { [Name in TaskName]: TaskImplementation<DefinitionOf<Name>> };
