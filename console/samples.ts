import * as z from 'zod';
import type { TaskDefinition } from '../lambda/tasks/define-task.ts';
import { definitions } from '../lambda/tasks/definitions.ts';
import type { TaskSample } from './api-types.ts';

/** What to begin with, for the tasks that come along. */
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

/** Each registered task with an input to begin with. */
export function taskSamples(): TaskSample[] {
  return [...definitions.values()].map((definition) => ({
    task_name: definition.name,
    external: definition.external === true,
    ...(Object.hasOwn(KNOWN, definition.name) ? known(definition.name) : guessed(definition)),
  }));
}

function known(name: string): Pick<TaskSample, 'input' | 'note'> {
  return KNOWN[name] ?? { input: {}, note: '' };
}

/** Of a task that somebody has added: its fields with what their types suggest, to be filled in. */
function guessed({ input, name, external }: TaskDefinition): Pick<TaskSample, 'input' | 'note'> {
  const note = external === true ? `${name}: its outcome is told from elsewhere.` : `${name}.`;
  try {
    const example = exampleOf(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }));
    return { input: typeof example === 'object' && example !== null ? example : {}, note };
  } catch {
    return { input: {}, note };
  }
}

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
      return '';
    case 'number':
    case 'integer':
      return schema.minimum ?? 0;
    case 'boolean':
      return false;
    default:
      return null;
  }
}
