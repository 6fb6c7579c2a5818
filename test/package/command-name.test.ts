import { describe, expect, it } from 'vitest';
import { commandLine } from '../../package/command-name.ts';

describe('how a user calls a command', () => {
  it.each([
    ['start', '', 'npm start'],
    ['start', '--state DIR', 'npm start -- --state DIR'],
    ['dev', '', 'npm run dev'],
    ['ops', 'tasks list', 'npm run ops -- tasks list'],
  ] as const)('in a clone, %s %s is %s', (command, args, expected) => {
    expect(commandLine(command, args)).toBe(expected);
  });

  it.each([
    ['start', '', 'npx callback-completion start'],
    ['ops', 'tasks list', 'npx callback-completion ops tasks list'],
  ] as const)('with the package, %s %s is %s', (command, args, expected) => {
    expect(commandLine(command, args, true)).toBe(expected);
  });
});
