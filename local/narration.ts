import { styleText } from 'node:util';
import { errorLines, nameAndMessage, type PlacesOf, type ToldError } from './told-error.ts';
import type { Change } from './watch/watch.ts';

/** A log line of a function, as far as people are told of it. */
interface LogLine {
  readonly level?: string;
  readonly message?: unknown;
  readonly step?: unknown;
  readonly task_id?: unknown;
  readonly task_name?: unknown;
  readonly error?: unknown;
  /** Frames of the error. */
  readonly trace?: unknown;
  readonly causes?: unknown;
  readonly [field: string]: unknown;
}

export interface Manner {
  readonly colours: boolean;
  /** Only warnings and errors. */
  readonly quiet: boolean;
}

export interface NarrationSettings extends Manner {
  readonly placesOf: PlacesOf;
}

type Style = Parameters<typeof styleText>[0];

/** Steps that ended well or ill; the others are on their way. */
const STEP_STYLES: Readonly<Record<string, Style>> = {
  completed: 'green',
  delivered: 'green',
  failed: 'red',
  timeout: 'red',
  dead: 'red',
  'attempt-failed': 'yellow',
  'held-back': 'yellow',
  'run-retry': 'yellow',
};

const CHANGE_STYLES: Readonly<Record<Change['tone'], Style | undefined>> = {
  good: 'green',
  bad: 'red',
  plain: 'yellow',
};

const LEVEL_STYLES: Readonly<Record<string, Style>> = { WARN: 'yellow', ERROR: 'red', CRITICAL: 'red' };

const SHORT_ID = 8;

/** Below what stands behind the clock and the step. */
const INDENT = ' '.repeat(26);

/** What a step's line may hold besides, in the order in which it is told. */
const DETAILS: readonly (readonly [field: string, tell: (value: string) => string])[] = [
  ['run', (value) => `run ${value}`],
  ['attempt', (value) => `attempt ${value}`],
  ['callback_origin', (value) => value],
  ['status_code', (value) => `answered ${value}`],
  ['error_class', (value) => value],
  ['reason', (value) => value],
  ['duration_ms', (value) => `${Math.round(Number(value))} ms`],
  ['error_type', (value) => value],
  ['next_attempt_at', (value) => `next at ${clock(value)}`],
  ['next_run_at', (value) => `next at ${clock(value)}`],
];

/**
 * Turns a line of a function's log into one for people: a step of a task, a warning, an error, or something
 * that the task's own code wrote. Undefined for what need not be told.
 */
export function narrate(text: string, settings: NarrationSettings, now: Date): string | undefined {
  const { colours, quiet } = settings;
  const paint = painter(colours);
  const line = parsed(text);
  if (line === undefined) {
    return quiet ? undefined : `${paint('dim', clock(now))}  ${withOwnPlace(text, settings.placesOf)}`;
  }

  const time = paint('dim', clock(typeof line.timestamp === 'string' ? line.timestamp : now));
  const levelStyle = LEVEL_STYLES[line.level ?? ''];
  if (typeof line.step === 'string' && !quiet) {
    const task = `${shortId(line)}  ${String(line.task_name ?? '')}`;
    const step = paint(STEP_STYLES[line.step] ?? levelStyle, line.step.padEnd(14));
    const details = detailsOf(line);
    return `${time}  ${step}  ${task}${details.length > 0 ? paint('dim', `  ${details.join(', ')}`) : ''}`;
  }
  if (levelStyle !== undefined) {
    const told = `${time}  ${paint(levelStyle, (line.level ?? '').padEnd(14))}  ${messageOf(line)}`;
    const where = errorLines(line, settings.placesOf, (words) => paint('dim', words));
    return [told, ...where.map((words) => INDENT + words)].join('\n');
  }
  return undefined;
}

/** A frame of a stack that code of ours has printed is of use as one of the sources only. */
function withOwnPlace(text: string, placesOf: PlacesOf): string {
  if (!/^\s+at /.test(text)) return text;
  const [place] = placesOf([text]);
  return place?.own === true ? `    at ${place.where}` : text;
}

/** Tells what became of a change of the sources; undefined for what need not be told. */
export function narrateChange(change: Change, { colours, quiet }: Manner, now: Date): string | undefined {
  if (quiet && change.tone !== 'bad') return undefined;
  const paint = painter(colours);
  const [first = '', ...more] = change.text.split('\n');
  const step = paint(CHANGE_STYLES[change.tone], change.step.padEnd(14));
  return [`${paint('dim', clock(now))}  ${step}  ${first}`, ...more.map((line) => INDENT + line)].join('\n');
}

/** Where the callback goes is news when the task is accepted and at each attempt; its full id only once. */
function detailsOf(line: LogLine): string[] {
  const accepted = line.step === 'accepted';
  const told = DETAILS.flatMap(([field, tell]) => {
    const value = line[field];
    if (value === undefined || value === null) return [];
    if (field === 'callback_origin' && !accepted && line.attempt === undefined) return [];
    return [tell(String(value))];
  });
  return accepted ? [`task_id ${String(line.task_id)}`, ...told] : told;
}

function shortId(line: LogLine): string {
  return String(line.task_id).slice(0, SHORT_ID);
}

function parsed(text: string): LogLine | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The message, whose task it is about, and the error that came with it. */
function messageOf(line: LogLine): string {
  const about = line.task_id === undefined ? [] : [`task ${shortId(line)}`];
  const error = line.error as ToldError | undefined;
  return [...about, String(line.message), ...(error === undefined ? [] : [nameAndMessage(error)])].join(': ');
}

function painter(colours: boolean): (style: Style | undefined, words: string) => string {
  return (style, words) =>
    colours && style !== undefined ? styleText(style, words, { validateStream: false }) : words;
}

function clock(time: Date | string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toTimeString().slice(0, 8);
}
