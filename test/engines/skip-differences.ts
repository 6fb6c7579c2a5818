import { beforeEach } from 'vitest';
import { DIFFERENCES } from './differences.ts';
import { ENGINE } from './variables.ts';

beforeEach(({ task, skip }) => {
  const difference = DIFFERENCES.find(
    ({ engines, file, test }) =>
      engines.includes(process.env[ENGINE] ?? '') && task.file.name === `test/${file}` && task.name === test,
  );
  if (difference !== undefined) skip(difference.reason);
});
