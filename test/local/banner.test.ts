import { describe, expect, it } from 'vitest';
import { banner } from '../../local/banner.ts';

type Stack = Parameters<typeof banner>[0];

const STACK: Stack = {
  url: 'http://127.0.0.1:7071',
  recovered: { tasks: 0, callbacks: 0, deadLetters: 0, unknown: {} },
  broken: [],
  auth: 'iam',
  client: 'arn:aws:iam::000000000000:user/local',
};

const lines = (stack: Partial<Stack>, stateDirectory = '.local') =>
  banner({ ...STACK, ...stack }, { stateDirectory }, 1.234).split('\n');

describe('the banner', () => {
  it('says that nothing is checked, and who every request counts as', () => {
    expect(lines({})).toEqual([
      '',
      '  callback-completion runs on this machine (started in 1.2 s; Ctrl-C stops it)',
      '',
      '  Clients         Every request counts as one client, arn:aws:iam::000000000000:user/local: signatures are not checked here',
      '  Console         http://localhost:7071/',
      '  Submit tasks    POST http://localhost:7071/api/tasks',
      '  See callbacks   GET  http://localhost:7071/inbox/demo',
      '  State           .local',
      '',
      '  Try it:',
      `    curl -X POST "http://localhost:7071/api/tasks" -H "Content-Type: application/json" -d '{"task_name":"generate-report","callback_url":"http://127.0.0.1:7071/inbox/demo"}'`,
      '',
    ]);
    expect(lines({ auth: 'jwt', client: 'jwt:https://login.example.com#local' })[3]).toBe(
      '  Clients         Every request counts as one client, jwt:https://login.example.com#local: tokens are not checked here',
    );
  });

  it('says how to come by a key where requests need one', () => {
    const told = lines({ auth: 'api-key', client: undefined });

    expect(told.slice(3, 6)).toEqual([
      '  Clients         Each request needs a key. Make one, in another terminal:',
      '                  npm run ops -- keys create --client me',
      '                  The inbox asks for none: whatever runs on this machine can read it, empty it and script its answers.',
    ]);
    expect(told.at(-2)).toContain('-H "Authorization: Bearer $KEY" -d \'{"task_name"');
    expect(lines({ auth: 'api-key', client: undefined }, '/tmp/two')[4]).toBe(
      '                  npm run ops -- keys create --client me --state /tmp/two',
    );
  });

  it('names the tasks that do not load', () => {
    const broken = [{ name: 'greet', problem: 'Error: no \u001b[31mlicence, at tasks/greet.ts:3:7' }];

    expect(lines({ broken }).slice(8, 10)).toEqual([
      '  Broken task     greet: Error: no \ufffd[31mlicence, at tasks/greet.ts:3:7',
      '                  Its runs fail with TaskLoadError until it loads. Other tasks are not affected.',
    ]);
  });

  it('tells what was found from the last run', () => {
    const told = lines({
      recovered: { tasks: 2, callbacks: 0, deadLetters: 1, unknown: {} },
    });

    expect(told).toContain(
      '  State           .local; found from the last run: 2 waiting for an outcome, 1 in the dead-letter queue',
    );
  });
});
