import { expect, it } from 'vitest';
import { definitions } from '../../../lambda/tasks/definitions.ts';
import { functions } from '../../../lambda/tasks/functions.ts';

it('every task that can be submitted has its own work, and there is no other work', () => {
  const worked = Object.entries(functions).map(([name, { definition }]) => [name, definition]);

  expect(new Map(worked as [string, unknown][])).toEqual(definitions);
});
