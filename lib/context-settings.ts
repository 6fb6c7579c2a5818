import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Node } from 'constructs';
import { AUTH_KINDS, type AuthKind, CALLBACK_FORMATS, type CallbackFormat } from '../lambda/environment.ts';
import { ALLOWED_HOSTS_EXAMPLE } from './allowed-hosts.ts';
import {
  type CallbackCompletionProps,
  DEPLOYMENT_STAGES,
  type DeploymentStage,
} from './callback-completion-props.ts';
import { DURATION_NOTATION, parseDuration } from './duration-text.ts';
import { SettingError } from './setting-error.ts';

/** Context gives text from the command line, and text, numbers or lists from cdk.json. */
type Parser<T> = (setting: string, given: unknown) => T;

/** How each prop of the construct is read from the context setting of the same name. */
const PARSERS: {
  readonly [Setting in keyof CallbackCompletionProps]-?: Parser<CallbackCompletionProps[Setting]>;
} = {
  tasks: (setting, given) => list(setting, given, 'tasks'),
  retrySchedule: durations,
  deliveryDeadline: duration('3d'),
  maxRuns: wholeNumber('3'),
  runTimeout: duration('60s'),
  runBatchSize: wholeNumber('10'),
  runMemory: wholeNumber('512'),
  runConcurrency: wholeNumber('10'),
  deliverConcurrency: wholeNumber('20'),
  retention: duration('30d'),
  logRetentionDays: wholeNumber('30'),
  callbackFormat,
  allowedCallbackCidrs: (setting, given) => list(setting, given, '127.0.0.0/8,::1/128'),
  allowedCallbackHosts: (setting, given) => list(setting, given, ALLOWED_HOSTS_EXAMPLE),
  auth,
  jwtIssuer: text('https://login.example.com/tenant'),
  jwtAudience: (setting, given) => list(setting, given, 'callback-completion'),
  rateLimit: wholeNumber('1000'),
  rateBurst: wholeNumber('2000'),
  alarms: yesOrNo,
  alarmEmail: text('oncall@example.com'),
  runbookUrl: text('https://wiki.example.com/callbacks/runbook'),
  dashboard: yesOrNo,
  removalPolicy,
  stage,
};

/** The construct's props as the CDK context gives them (`-c name=value`, or `context` in cdk.json). */
export function propsFromContext(node: Node): CallbackCompletionProps {
  return Object.fromEntries(
    Object.entries(PARSERS)
      .map(([setting, parse]) => [setting, parse, node.tryGetContext(setting)] as const)
      .filter(([, , given]) => given !== undefined)
      .map(([setting, parse, given]) => [setting, parse(setting, given)]),
  );
}

/**
 * Refuses context that looks like a setting and is none, so that a slip of the pen does not silently mean the
 * default. The names that CDK and its command line use themselves contain `:`, `-` or `/`; settings are plain words.
 *
 * @param besides settings that the app itself reads
 */
export function refuseUnknownSettings(node: Node, besides: readonly string[]): void {
  const known = [...Object.keys(PARSERS), ...besides];
  for (const setting of Object.keys(node.getAllContext())) {
    if (/^\w+$/.test(setting) && !known.includes(setting)) {
      throw SettingError.unknown(setting, known);
    }
  }
}

function wholeNumber(example: string): Parser<number> {
  return (setting, given) => {
    const text = String(given);
    if (!/^\d{1,9}$/.test(text)) throw SettingError.refused(setting, given, 'a whole number', example);
    return Number(text);
  };
}

function duration(example: string): Parser<Duration> {
  return (setting, given) => {
    const parsed = typeof given === 'string' ? parseDuration(given.trim()) : undefined;
    if (parsed === undefined) throw SettingError.refused(setting, given, DURATION_NOTATION, example);
    return parsed;
  };
}

function durations(setting: string, given: unknown): Duration[] {
  const example = '5s,5m,30m';
  return list(setting, given, example).map(duration(example).bind(undefined, setting));
}

function list(setting: string, given: unknown, example: string): string[] {
  const items = typeof given === 'string' ? given.split(',') : given;
  if (!Array.isArray(items) || !items.every((item) => typeof item === 'string' && item.trim() !== '')) {
    throw SettingError.refused(setting, given, 'a list separated by commas', example);
  }
  return items.map((item: string) => item.trim());
}

function text(example: string): Parser<string> {
  return (setting, given) => {
    if (typeof given === 'string') return given.trim();
    throw SettingError.refused(setting, given, 'text', example);
  };
}

function yesOrNo(setting: string, given: unknown): boolean {
  const text = String(given);
  if (text === 'true' || text === 'false') return text === 'true';
  throw SettingError.refused(setting, given, 'true or false', 'false');
}

function auth(setting: string, given: unknown): AuthKind {
  const chosen = AUTH_KINDS.find((kind) => kind === given);
  if (chosen !== undefined) return chosen;
  throw SettingError.refused(setting, given, `one of ${AUTH_KINDS.join(', ')}`, 'iam');
}

function callbackFormat(setting: string, given: unknown): CallbackFormat {
  const chosen = CALLBACK_FORMATS.find((format) => format === given);
  if (chosen !== undefined) return chosen;
  throw SettingError.refused(setting, given, `one of ${CALLBACK_FORMATS.join(', ')}`, 'task');
}

function stage(setting: string, given: unknown): DeploymentStage {
  const chosen = DEPLOYMENT_STAGES.find((name) => name === given);
  if (chosen !== undefined) return chosen;
  throw SettingError.refused(setting, given, DEPLOYMENT_STAGES.join(' or '), 'prod');
}

function removalPolicy(setting: string, given: unknown): RemovalPolicy.RETAIN | RemovalPolicy.DESTROY {
  if (given === 'retain') return RemovalPolicy.RETAIN;
  if (given === 'destroy') return RemovalPolicy.DESTROY;
  throw SettingError.refused(setting, given, 'retain or destroy', 'retain');
}
