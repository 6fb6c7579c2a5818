import { expect, it } from 'vitest';
import { definitions } from '../../../lambda/tasks/definitions.ts';
import { functions } from '../../../lambda/tasks/functions.ts';

it('every task that is run here has its own work, and there is no other work', () => {
  const runHere = [...definitions].filter(([, { external }]) => external !== true);

  expect(new Map(Object.entries(functions).map(([name, { definition }]) => [name, definition]))).toEqual(
    new Map(runHere),
  );
});
