import { describe, expect, it } from 'vitest';
import { appName } from '../../../cli/init/app-name.ts';

describe('the names of an app', () => {
  it.each([
    ['my-app', 'my-app', 'MyApp'],
    ['billing', 'billing', 'Billing'],
    ['Order Service', 'order-service', 'OrderService'],
    ['jobs_v2.eu', 'jobs_v2.eu', 'JobsV2Eu'],
    ['x', 'x', 'X'],
  ])('%s is the package %s and the stack %s', (folder, packageName, stackName) => {
    expect(appName(folder)).toEqual({ packageName, stackName });
  });

  it.each(['', '2fast', '-app', 'app-', 'app.', 'größe', 'a/b', 'a\nb', 'a'.repeat(65)])(
    'refuses %j, with what is allowed',
    (folder) => {
      expect(() => appName(folder)).toThrow(
        `The name ${JSON.stringify(folder)} cannot be used: give 1 to 64 letters, digits, spaces and . _ -, beginning with a letter and ending with a letter or digit. Example: my-app`,
      );
    },
  );

  it.each(['node_modules', 'Callback-Completion', 'zod'])('refuses %s, which npm knows already', (folder) => {
    expect(() => appName(folder)).toThrow(
      `The name ${JSON.stringify(folder)} cannot be used: npm has a package of that name which the app needs, or reserves it. Give another name. Example: my-app`,
    );
  });
});
