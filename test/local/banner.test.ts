import { describe, expect, it } from 'vitest';
import { type BannerApp, banner } from '../../local/banner.ts';

type Pipeline = BannerApp['pipelines'][number];

const PIPELINE: Pipeline = {
  name: 'CallbackCompletion/Pipeline',
  id: 'Pipeline',
  url: 'http://127.0.0.1:7071',
  recovered: { tasks: 0, callbacks: 0, deadLetters: 0, unknown: {} },
  auth: 'iam',
  client: 'arn:aws:iam::000000000000:user/local',
  sample: { task_name: 'greet', input: { name: "d'Arc" }, external: false, note: '' },
};

const linesOf = (app: Partial<BannerApp>, stateDirectory = '.local') =>
  banner({ pipelines: [PIPELINE], broken: [], ...app }, { stateDirectory }, 1.234).split('\n');
const lines = (pipeline: Partial<Pipeline>, stateDirectory?: string) =>
  linesOf({ pipelines: [{ ...PIPELINE, ...pipeline }] }, stateDirectory);
const named = (...ids: string[]) =>
  ids.map((id, index) => ({ ...PIPELINE, id, name: `Shop/${id}`, url: `http://127.0.0.1:${7071 + index}` }));

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
      `    curl -X POST "http://localhost:7071/api/tasks" -H "Content-Type: application/json" -d '{"task_name":"greet","callback_url":"http://127.0.0.1:7071/inbox/demo","input":{"name":"d'\\''Arc"}}'`,
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

  it('shows each of several pipelines, and tries the first one that has a task', () => {
    const [first, second] = named('Callbacks', 'Reports') as [Pipeline, Pipeline];
    const told = linesOf({
      pipelines: [
        { ...first, sample: undefined, auth: 'api-key', client: undefined },
        { ...second, recovered: { ...second.recovered, callbacks: 2 } },
      ],
    });

    expect(told.slice(3, -2)).toEqual([
      '  Pipeline        Shop/Callbacks',
      '  Clients         Each request needs a key. Make one, in another terminal:',
      '                  npm run ops -- keys create --client me --pipeline Callbacks',
      '                  The inbox asks for none: whatever runs on this machine can read it, empty it and script its answers.',
      '  Console         http://localhost:7071/',
      '  Submit tasks    POST http://localhost:7071/api/tasks',
      '  See callbacks   GET  http://localhost:7071/inbox/demo',
      '',
      '  Pipeline        Shop/Reports',
      '  Clients         Every request counts as one client, arn:aws:iam::000000000000:user/local: signatures are not checked here',
      '  Console         http://localhost:7072/',
      '  Submit tasks    POST http://localhost:7072/api/tasks',
      '  See callbacks   GET  http://localhost:7072/inbox/demo',
      '',
      '  State           .local',
      '                  Found from the last run in Shop/Reports: 2 to call back',
      '',
      '  Try it:',
    ]);
    expect(told.at(-2)).toContain('curl -X POST "http://localhost:7072/api/tasks"');
  });

  it('has a line for each of many pipelines', () => {
    expect(linesOf({ pipelines: named('A', 'B', 'C', 'Invoices') }).slice(3, 10)).toEqual([
      '  Pipeline        Console (POST /api/tasks submits, GET /inbox/demo shows callbacks)',
      '  Shop/A          http://localhost:7071/',
      '  Shop/B          http://localhost:7072/',
      '  Shop/C          http://localhost:7073/',
      '  Shop/Invoices   http://localhost:7074/',
      '',
      '  State           .local',
    ]);
  });

  it('names the tasks that do not load', () => {
    const broken = [{ name: 'greet', problem: 'Error: no \u001b[31mlicence, at tasks/greet.ts:3:7' }];

    expect(linesOf({ broken }).slice(8, 10)).toEqual([
      '  Broken task     greet: Error: no \ufffd[31mlicence, at tasks/greet.ts:3:7',
      '                  Its runs fail with TaskLoadError until it loads. Other tasks are not affected.',
    ]);
  });

  it('tells what was found from the last run', () => {
    const told = lines({ recovered: { tasks: 2, callbacks: 0, deadLetters: 1, unknown: { asleep: 3 } } });

    expect(told).toContain(
      '                  Found from the last run: 2 waiting for an outcome, 1 in the dead-letter queue',
    );
    expect(told).toContain(
      '  Left as it is   3 in the state "asleep", which this version does not know: run the version that wrote it',
    );
  });
});
