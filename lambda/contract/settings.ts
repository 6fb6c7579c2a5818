/**
 * The settings of a deployment, one row each: what may be given, what holds without it, and which functions receive it.
 * Pure data: the stack interprets it (`lib/setting-kinds.ts`), functions import its types alone.
 *
 * A new setting is a prop with its documentation in `lib/callback-completion-props.ts`, a row here, and the function
 * that uses it. The name of a function's variable is derived: `retention` of kind `duration` is `RETENTION_SECONDS`.
 */
import { AUTH_KINDS } from './auth.ts';
import { CALLBACK_FORMATS } from './formats.ts';
import type { ResourceVariable } from './variables.ts';

/** The functions, by their folders below `lambda/`. */
export type FunctionName =
  | 'submit'
  | 'run'
  | 'deliver'
  | 'wake'
  | 'task-status'
  | 'complete-task'
  | 'authorize';

interface Row {
  /** For messages, written as in the context: `retention=30d`. */
  readonly example: string;
  /** The functions whose environment has it. Default: none. */
  readonly receivedBy?: readonly FunctionName[];
}

/** Written as the context has it: numbers, truth values, text, durations as `90s`, lists with commas. */
interface Default<Value> {
  /** Undefined if code outside of the table decides what an absent setting means. */
  readonly default?: Value;
  /** Replaces `default` if `stage` is `prod`. */
  readonly defaultInProd?: Value;
}

interface Items {
  /** How many there may be; a minimum of 0 is `up to`. */
  readonly items: { readonly min: number; readonly max: number; readonly noun: string };
}

export interface NumberRow extends Row, Default<number> {
  readonly kind: 'number';
  /** Both ends are included. Without it, code beside the table checks the value. */
  readonly range?: { readonly min: number; readonly max: number };
  /** For messages. `MB` also names the setting: `runMemory` is `runMemoryMegabytes`. */
  readonly unit?: string;
}

/** A `Duration` in whole seconds. */
export interface DurationRow extends Row, Default<string> {
  readonly kind: 'duration';
  readonly range: { readonly min: string; readonly max: string };
}

export interface DurationsRow extends Row, Default<string>, Items {
  readonly kind: 'durations';
  readonly range: { readonly min: string; readonly max: string };
}

export interface ChoiceRow extends Row, Default<string> {
  readonly kind: 'choice';
  readonly choices: readonly string[];
}

export interface FlagRow extends Row, Default<boolean> {
  readonly kind: 'flag';
}

/** Text, or a list of it, that code beside the table checks. */
export interface TextRow extends Row, Default<string> {
  readonly kind: 'text' | 'texts';
}

/** CIDRs. */
export interface NetworksRow extends Row, Default<string>, Items {
  readonly kind: 'networks';
}

/** Host names, addresses and `*.suffix`; any, unless they are given. */
export interface HostsRow extends Row, Items {
  readonly kind: 'hosts';
}

/** A construct, or another object of the app: a prop only, never a context setting. */
export interface ObjectRow {
  readonly kind: 'object';
}

export type SettingRow =
  | NumberRow
  | DurationRow
  | DurationsRow
  | ChoiceRow
  | FlagRow
  | TextRow
  | NetworksRow
  | HostsRow
  | ObjectRow;

export const SETTINGS = {
  tasks: { kind: 'texts', default: 'tasks', example: 'tasks' },
  nodeModules: { kind: 'texts', example: 'sharp,pdfkit' },
  architecture: { kind: 'choice', choices: ['arm64', 'x86_64'], default: 'arm64', example: 'x86_64' },
  runNetwork: { kind: 'object' },
  deliverNetwork: { kind: 'object' },
  encryptionKey: { kind: 'object' },
  retrySchedule: {
    kind: 'durations',
    items: { min: 1, max: 50, noun: 'waits' },
    range: { min: '1s', max: '7d' },
    default: '5s,5m,30m,2h,5h,10h,14h,20h,24h',
    example: '5s,5m,30m',
    receivedBy: ['deliver'],
  },
  deliveryDeadline: {
    kind: 'duration',
    range: { min: '1s', max: '30d' },
    default: '3d',
    example: '3d',
    receivedBy: ['submit', 'run', 'deliver', 'complete-task'],
  },
  callbackTimeout: {
    kind: 'duration',
    range: { min: '5s', max: '20s' },
    default: '15s',
    example: '15s',
    receivedBy: ['deliver'],
  },
  maxRuns: {
    kind: 'number',
    range: { min: 1, max: 100 },
    default: 3,
    example: '3',
    receivedBy: ['submit', 'run'],
  },
  runTimeout: {
    kind: 'duration',
    range: { min: '1s', max: '890s' },
    default: '60s',
    example: '60s',
    receivedBy: ['run'],
  },
  runBatchSize: { kind: 'number', range: { min: 1, max: 10 }, default: 1, example: '10' },
  runMemory: { kind: 'number', range: { min: 128, max: 10_240 }, unit: 'MB', default: 512, example: '512' },
  runConcurrency: { kind: 'number', range: { min: 2, max: 1_000 }, default: 10, example: '10' },
  deliverConcurrency: { kind: 'number', range: { min: 2, max: 1_000 }, default: 20, example: '10' },
  retention: {
    kind: 'duration',
    range: { min: '1m', max: '3650d' },
    default: '30d',
    example: '30d',
    receivedBy: ['submit', 'run', 'deliver', 'complete-task'],
  },
  logRetentionDays: { kind: 'number', default: 30, defaultInProd: 365, example: '30' },
  callbackFormat: {
    kind: 'choice',
    choices: CALLBACK_FORMATS,
    default: 'task',
    example: 'task',
    receivedBy: ['submit'],
  },
  // Submit refuses other receivers at once, deliver at the connection.
  allowedCallbackCidrs: {
    kind: 'networks',
    items: { min: 0, max: 20, noun: 'CIDRs' },
    example: '127.0.0.0/8,::1/128',
    receivedBy: ['submit', 'deliver'],
  },
  allowedCallbackHosts: {
    kind: 'hosts',
    items: { min: 1, max: 50, noun: 'hosts' },
    example: 'hooks.example.com,*.example.org',
    receivedBy: ['submit', 'deliver'],
  },
  // A function that knows who authenticates its clients accepts no other identity.
  auth: {
    kind: 'choice',
    choices: AUTH_KINDS,
    default: 'iam',
    example: 'iam',
    receivedBy: ['submit', 'task-status', 'complete-task'],
  },
  jwtIssuer: { kind: 'text', example: 'https://login.example.com/tenant' },
  jwtAudience: { kind: 'texts', example: 'callback-completion' },
  corsOrigins: { kind: 'texts', example: 'https://app.example.com' },
  rateLimit: {
    kind: 'number',
    range: { min: 1, max: 100_000 },
    unit: 'requests',
    default: 1_000,
    example: '1000',
  },
  rateBurst: {
    kind: 'number',
    range: { min: 1, max: 100_000 },
    unit: 'requests',
    default: 2_000,
    example: '1000',
  },
  alarms: { kind: 'flag', default: true, example: 'false' },
  alarmEmail: { kind: 'text', example: 'oncall@example.com' },
  runbookUrl: {
    kind: 'text',
    default: 'docs/runbook.md',
    example: 'https://wiki.example.com/callbacks/runbook',
  },
  dashboard: { kind: 'flag', default: true, example: 'false' },
  removalPolicy: { kind: 'choice', choices: ['retain', 'destroy'], default: 'retain', example: 'retain' },
  stage: { kind: 'choice', choices: ['dev', 'prod'], default: 'dev', example: 'prod' },
} as const satisfies Readonly<Record<string, SettingRow>>;

export type SettingName = keyof typeof SETTINGS;

/** The setting's name with its unit: `retention` is `retentionSeconds`. */
export type NameWithUnit<Name extends SettingName> = (typeof SETTINGS)[Name] extends {
  readonly kind: 'duration' | 'durations';
}
  ? `${Name}Seconds`
  : (typeof SETTINGS)[Name] extends { readonly unit: 'MB' }
    ? `${Name}Megabytes`
    : Name;

type ConstantCase<Name extends string> = Name extends `${infer Letter}${infer Rest}`
  ? `${Letter extends Lowercase<Letter> ? '' : '_'}${Uppercase<Letter>}${ConstantCase<Rest>}`
  : '';

/** The environment variable of each setting that a function receives. */
type VariableBySetting = {
  readonly [Name in SettingName as (typeof SETTINGS)[Name] extends { readonly receivedBy: unknown }
    ? Name
    : never]: ConstantCase<NameWithUnit<Name>>;
};

/** The variables of the settings that a function receives. */
export type SettingVariable<Function extends FunctionName = FunctionName> = {
  [Name in keyof VariableBySetting]: Function extends (typeof SETTINGS)[Name]['receivedBy'][number]
    ? VariableBySetting[Name]
    : never;
}[keyof VariableBySetting];

/** What a function's environment may have. */
export type EnvironmentVariable<Function extends FunctionName = FunctionName> =
  | ResourceVariable
  | SettingVariable<Function>;
