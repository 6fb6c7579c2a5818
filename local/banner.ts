import { relative, resolve } from 'node:path';
import { printable } from '../ops/terminal.ts';
import { commandLine } from '../package/command-name.ts';
import type { BrokenTask } from './broken-tasks.ts';
import type { LocalStack } from './local-stack.ts';
import { DEFAULT_STATE_DIRECTORY, type Options } from './options.ts';

type BannerStack = Pick<LocalStack, 'url' | 'recovered' | 'auth' | 'client'> & {
  readonly description: Pick<LocalStack['description'], 'leftOut'>;
  /** Tasks that do not load. */
  readonly broken: readonly BrokenTask[];
};

/** What `npm start` says once the stack runs: who may use it, and how. */
export function banner(
  stack: BannerStack,
  options: Pick<Options, 'stateDirectory'>,
  seconds: number,
): string {
  const url = stack.url.replace('127.0.0.1', 'localhost');
  const { tasks, callbacks, deadLetters } = stack.recovered;
  const unfinished = [
    [tasks, 'waiting for an outcome'],
    [callbacks, 'to call back'],
    [deadLetters, 'in the dead-letter queue'],
  ] as const;
  const found = unfinished.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return [
    '',
    `  callback-completion runs on this machine (started in ${seconds.toFixed(1)} s; Ctrl-C stops it)`,
    '',
    ...clientsLines(stack, options).map(
      (line, index) => `  ${index === 0 ? 'Clients' : ''}`.padEnd(18) + line,
    ),
    `  Console         ${url}/`,
    `  Submit tasks    POST ${url}/api/tasks`,
    `  See callbacks   GET  ${url}/inbox/demo`,
    `  State           ${relative('.', resolve(options.stateDirectory)) || '.'}${found.length > 0 ? `; found from the last run: ${found.join(', ')}` : ''}`,
    ...Object.entries(stack.recovered.unknown).map(
      ([state, count]) =>
        `  Left as it is   ${count} in the state ${JSON.stringify(state)}, which this version does not know: run the version that wrote it`,
    ),
    ...stack.description.leftOut.map((type) => `  Not run here    ${type}`),
    ...brokenLines(stack.broken),
    '',
    '  Try it:',
    `    curl -X POST "${url}/api/tasks" -H "Content-Type: application/json"${keyHeader(stack)} -d '{"task_name":"generate-report","callback_url":"${stack.url}/inbox/demo"}'`,
    '',
  ].join('\n');
}

/** Reported before the first request: a task that does not load would fail at its first run. */
function brokenLines(broken: readonly BrokenTask[]): string[] {
  if (broken.length === 0) return [];
  return [
    ...broken.map(({ name, problem }) => `  Broken task     ${name}: ${printable(problem)}`),
    '                  Its runs fail with TaskLoadError until it loads. Other tasks are not affected.',
  ];
}

/** Who may use the API here, and what it takes. */
function clientsLines(
  { client, auth }: BannerStack,
  { stateDirectory }: Pick<Options, 'stateDirectory'>,
): string[] {
  if (client !== undefined) {
    const uncheckable = auth === 'jwt' ? 'tokens' : 'signatures';
    return [`Every request counts as one client, ${client}: ${uncheckable} are not checked here`];
  }
  const state = stateDirectory === DEFAULT_STATE_DIRECTORY ? '' : ` --state ${stateDirectory}`;
  return [
    'Each request needs a key. Make one, in another terminal:',
    commandLine('ops', `keys create --client me${state}`),
    'The inbox asks for none: whatever runs on this machine can read it, empty it and script its answers.',
  ];
}

function keyHeader({ client }: BannerStack): string {
  return client === undefined ? ' -H "Authorization: Bearer $KEY"' : '';
}
