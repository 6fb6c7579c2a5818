import { relative, resolve } from 'node:path';
import { printable } from '../ops/terminal.ts';
import { commandLine } from '../package/command-name.ts';
import type { BrokenTask } from './broken-tasks.ts';
import type { LocalPipeline } from './local-pipeline.ts';
import { DEFAULT_STATE_DIRECTORY, type Options } from './options.ts';
import { shortName } from './select-pipelines.ts';

type BannerPipeline = Pick<LocalPipeline, 'name' | 'id' | 'url' | 'recovered' | 'auth' | 'client' | 'sample'>;

export interface BannerApp {
  /** In the order of the app. */
  readonly pipelines: readonly BannerPipeline[];
  /** Tasks that do not load. */
  readonly broken: readonly BrokenTask[];
}

/** More pipelines than this get a line each. */
const MOST_IN_DETAIL = 3;

/** Returns what `npm start` prints once the app runs: who may use it, and how. */
export function banner(
  { pipelines, broken }: BannerApp,
  options: Pick<Options, 'stateDirectory'>,
  seconds: number,
): string {
  return [
    '',
    `  callback-completion runs on this machine (started in ${seconds.toFixed(1)} s; Ctrl-C stops it)`,
    '',
    ...(pipelines.length > MOST_IN_DETAIL ? shortLines(pipelines) : detailedLines(pipelines, options)),
    labelled('State', relative('.', resolve(options.stateDirectory)) || '.'),
    ...pipelines.flatMap((pipeline) => foundLines(pipeline, pipelines.length > 1)),
    ...brokenLines(broken),
    '',
    ...tryLines(pipelines),
  ].join('\n');
}

function labelled(label: string, text: string): string {
  return `  ${label.padEnd(16)}${text}`;
}

function detailedLines(
  pipelines: readonly BannerPipeline[],
  options: Pick<Options, 'stateDirectory'>,
): string[] {
  return pipelines.flatMap((pipeline) => {
    const url = shownUrl(pipeline);
    return [
      ...(pipelines.length > 1 ? [labelled('Pipeline', pipeline.name)] : []),
      ...clientsLines(pipeline, options, pipelines).map((line, index) =>
        labelled(index === 0 ? 'Clients' : '', line),
      ),
      labelled('Console', `${url}/`),
      labelled('Submit tasks', `POST ${url}/api/tasks`),
      labelled('See callbacks', `GET  ${url}/inbox/demo`),
      ...(pipelines.length > 1 ? [''] : []),
    ];
  });
}

function shortLines(pipelines: readonly BannerPipeline[]): string[] {
  const width = Math.max(...pipelines.map(({ name }) => name.length)) + 3;
  return [
    `  ${'Pipeline'.padEnd(width)}Console (POST /api/tasks submits, GET /inbox/demo shows callbacks)`,
    ...pipelines.map((pipeline) => `  ${pipeline.name.padEnd(width)}${shownUrl(pipeline)}/`),
    '',
  ];
}

function shownUrl({ url }: Pick<BannerPipeline, 'url'>): string {
  return url.replace('127.0.0.1', 'localhost');
}

/** What an earlier run left behind. */
function foundLines({ name, recovered }: BannerPipeline, isOneOfSeveral: boolean): string[] {
  const { tasks, callbacks, deadLetters, unknown } = recovered;
  const of = isOneOfSeveral ? ` in ${name}` : '';
  const unfinished = [
    [tasks, 'waiting for an outcome'],
    [callbacks, 'to call back'],
    [deadLetters, 'in the dead-letter queue'],
  ] as const;
  const found = unfinished.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return [
    ...(found.length > 0 ? [labelled('', `Found from the last run${of}: ${found.join(', ')}`)] : []),
    ...Object.entries(unknown).map(([state, count]) =>
      labelled(
        'Left as it is',
        `${count}${of} in the state ${JSON.stringify(state)}, which this version does not know: run the version that wrote it`,
      ),
    ),
  ];
}

/** Reported before the first request: a task that does not load would fail at its first run. */
function brokenLines(broken: readonly BrokenTask[]): string[] {
  if (broken.length === 0) return [];
  return [
    ...broken.map(({ name, problem }) => labelled('Broken task', `${name}: ${printable(problem)}`)),
    labelled('', 'Its runs fail with TaskLoadError until it loads. Other tasks are not affected.'),
  ];
}

/** Who may use the API here, and what it takes. */
function clientsLines(
  pipeline: BannerPipeline,
  { stateDirectory }: Pick<Options, 'stateDirectory'>,
  all: readonly BannerPipeline[],
): string[] {
  const { client, auth } = pipeline;
  if (client !== undefined) {
    const uncheckable = auth === 'jwt' ? 'tokens' : 'signatures';
    return [`Every request counts as one client, ${client}: ${uncheckable} are not checked here`];
  }
  const choice = all.length > 1 ? ` --pipeline ${shortName(pipeline, all)}` : '';
  const state = stateDirectory === DEFAULT_STATE_DIRECTORY ? '' : ` --state ${stateDirectory}`;
  return [
    'Each request needs a key. Make one, in another terminal:',
    commandLine('ops', `keys create --client me${choice}${state}`),
    'The inbox asks for none: whatever runs on this machine can read it, empty it and script its answers.',
  ];
}

/** A request of the first pipeline that has a task for it. */
function tryLines(pipelines: readonly BannerPipeline[]): string[] {
  const pipeline = pipelines.find(({ sample }) => sample !== undefined);
  if (pipeline?.sample === undefined) return [];
  const { sample, url, client } = pipeline;
  const key = client === undefined ? ' -H "Authorization: Bearer $KEY"' : '';
  const body = JSON.stringify({
    task_name: sample.task_name,
    callback_url: `${url}/inbox/demo`,
    input: sample.input,
  });
  return [
    '  Try it:',
    `    curl -X POST "${shownUrl(pipeline)}/api/tasks" -H "Content-Type: application/json"${key} -d '${body.replaceAll("'", "'\\''")}'`,
    '',
  ];
}
