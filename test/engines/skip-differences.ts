import { beforeEach } from 'vitest';
import { DIFFERENCES } from './differences.ts';
import { ENGINE } from './variables.ts';

beforeEach(({ task, skip }) => {
  const difference = DIFFERENCES.find(
    ({ engine, skipped }) =>
      engine === process.env[ENGINE] &&
      task.file.name === `test/${skipped?.file}` &&
      task.name === skipped?.title,
  );
  if (difference !== undefined) skip(difference.consequence);
});
