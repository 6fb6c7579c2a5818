import type * as z from 'zod';
import type { TaskSummary } from '../lib/build/task-summary.ts';
import { IS_PACKAGE } from '../package/files.ts';
import type { TaskSample } from './api-types.ts';

/** Inputs for the tasks of this repository. */
const KNOWN: Readonly<Record<string, Pick<TaskSample, 'input' | 'note'>>> = {
  'generate-report': {
    input: {
      rows: [
        { city: 'Bonn', visitors: 120 },
        { city: 'Köln', visitors: 340 },
      ],
    },
    note: 'Summary statistics of a table, given as rows or as CSV text.',
  },
  sleep: { input: { seconds: 2 }, note: 'Does nothing for a while: to see a task being under way.' },
  fail: {
    input: { message: 'no paper', times: 1 },
    note: 'Fails: to see what a caller is told. With times, it asks for another run that often first.',
  },
  'manual-review': {
    input: { subject: 'invoice 4711' },
    note: 'Waits for someone elsewhere to decide, who then tells the outcome to the API.',
  },
};

/** Returns for each task an input to begin with. An app with the package may have other tasks of the same names. */
export function taskSamples(tasks: readonly TaskSummary[], isPackage = IS_PACKAGE): TaskSample[] {
  return tasks.map((task) => ({
    task_name: task.name,
    external: task.external,
    ...((!isPackage && Object.hasOwn(KNOWN, task.name) ? KNOWN[task.name] : undefined) ?? guessed(task)),
  }));
}

/** Fills each field of the task's input with a value that its type suggests. */
function guessed({ inputSchema, name, external }: TaskSummary): Pick<TaskSample, 'input' | 'note'> {
  const note = external ? `${name}: its work is done elsewhere.` : `${name}.`;
  const example = exampleOf(inputSchema as JsonSchema | undefined);
  return { input: typeof example === 'object' && example !== null ? example : {}, note };
}

/** Texts by the formats that schemas name. */
const FORMATTED: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  email: 'ada@example.com',
  uri: 'https://example.com/',
  uuid: '0c5e2f9a-6b1d-4e8f-9a70-3d2c1b0a9f8e',
};

type JsonSchema = z.core.JSONSchema.JSONSchema;

function exampleOf(schema: JsonSchema | boolean | undefined): unknown {
  if (schema === undefined || typeof schema === 'boolean') return null;
  if (schema.default !== undefined) return schema.default;
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [first] = schema.anyOf ?? schema.oneOf ?? [];
  if (first !== undefined) return exampleOf(first as JsonSchema);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([key, value]) => [key, exampleOf(value as JsonSchema)]),
      );
    case 'array':
      return [];
    case 'string':
      return exampleText(schema);
    case 'number':
    case 'integer':
      return schema.minimum ?? 0;
    case 'boolean':
      return false;
    default:
      return null;
  }
}

function exampleText({ format = '', minLength = 0, maxLength }: JsonSchema): string {
  return FORMATTED[format] ?? 'example'.padEnd(minLength, '.').slice(0, maxLength);
}
