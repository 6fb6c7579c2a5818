import { expect, test } from 'vitest';
import * as z from 'zod';
import { PropertyReader } from '../../local/property-reader.ts';

const properties = {
  BatchSize: 'ten',
  Environment: { Variables: ['swordfish'] },
  SecretString: ['swordfish'],
};
const read = new PropertyReader(
  'Run',
  { type: 'AWS::Lambda::Function', properties, condition: undefined, mark: undefined },
  {
    pseudoParameters: {},
    value: () => undefined,
  } as never,
);

const refused = (name: string, schema: z.ZodType) => {
  try {
    read.unresolved(name, schema);
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return undefined;
};

test('a property that cannot be used here is named with its path and value', () => {
  expect(refused('BatchSize', z.number())).toBe(
    'TemplateError: Resources.Run.Properties.BatchSize: "ten" cannot be run locally: ✖ Invalid input: expected number, received string',
  );
});

test('values of variables and secrets are not shown', () => {
  expect(refused('Environment', z.object({ Variables: z.record(z.string(), z.string()) }))).toMatch(
    /^TemplateError: Resources\.Run\.Properties\.Environment: its value cannot be run locally: (?!.*swordfish)/s,
  );
  expect(refused('SecretString', z.string())).toMatch(/: its value cannot be run locally: (?!.*swordfish)/s);
});
