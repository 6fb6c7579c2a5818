import { isIP } from 'node:net';
import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CALLBACK_FORMATS, type CallbackFormat } from '../lambda/environment.ts';
import { type AlarmSettings, alarmSettings } from './alarm-settings.ts';
import { allowedHosts } from './allowed-hosts.ts';
import { type AuthSettings, authSettings } from './auth-settings.ts';
import {
  type CallbackCompletionProps,
  DEPLOYMENT_STAGES,
  type DeploymentStage,
} from './callback-completion-props.ts';
import { formatSeconds } from './duration-text.ts';
import { SettingError } from './setting-error.ts';

/** Largest number of waits in a retry schedule; with it the function's environment stays far below Lambda's 4 KB. */
const MAX_WAITS = 50;
const MAX_CIDRS = 20;

const DEFAULT_RETRY_SCHEDULE = [
  Duration.seconds(5),
  Duration.minutes(5),
  Duration.minutes(30),
  ...[2, 5, 10, 14, 20, 24].map((hours) => Duration.hours(hours)),
];

const DEFAULT_LOG_RETENTION: Readonly<Record<DeploymentStage, RetentionDays>> = {
  dev: RetentionDays.ONE_MONTH,
  prod: RetentionDays.ONE_YEAR,
};

/** The props with defaults filled in, in plain units. What is here has been checked. */
export interface PipelineSettings {
  readonly retryScheduleSeconds: readonly number[];
  readonly deliveryDeadlineSeconds: number;
  readonly maxRuns: number;
  readonly runTimeoutSeconds: number;
  readonly runBatchSize: number;
  readonly runMemoryMegabytes: number;
  readonly runConcurrency: number;
  readonly deliverConcurrency: number;
  readonly retentionSeconds: number;
  readonly logRetention: RetentionDays;
  readonly callbackFormat: CallbackFormat;
  readonly allowedCallbackCidrs: readonly string[];
  /** Lower case, without a dot at their end; IPv6 without brackets. Never empty. */
  readonly allowedCallbackHosts: 'any' | readonly string[];
  readonly auth: AuthSettings;
  readonly watch: AlarmSettings;
  readonly rateLimit: number;
  readonly rateBurst: number;
  /** What happens to the ledger and the master secret when they leave the stack. */
  readonly removalPolicy: RemovalPolicy;
  /** The same of the queues and the logs. */
  readonly upkeepRemovalPolicy: RemovalPolicy;
  /** Whether the ledger and the stack are held against deletion. */
  readonly protected: boolean;
}

/**
 * Fills in the defaults and checks everything, each setting by itself and then those that depend on another.
 *
 * @throws SettingError at the first setting that cannot be used
 */
export function pipelineSettings(props: CallbackCompletionProps): PipelineSettings {
  const stage = deploymentStage(props.stage ?? 'dev');
  const settings: PipelineSettings = {
    retryScheduleSeconds: retrySchedule(props.retrySchedule ?? DEFAULT_RETRY_SCHEDULE),
    deliveryDeadlineSeconds: seconds('deliveryDeadline', props.deliveryDeadline ?? Duration.days(3), {
      min: 1,
      max: Duration.days(30).toSeconds(),
      example: '3d',
    }),
    maxRuns: wholeNumber('maxRuns', props.maxRuns ?? 3, { min: 1, max: 100, example: '3' }),
    runTimeoutSeconds: seconds('runTimeout', props.runTimeout ?? Duration.seconds(60), {
      min: 1,
      max: 890,
      example: '60s',
    }),
    runBatchSize: wholeNumber('runBatchSize', props.runBatchSize ?? 1, { min: 1, max: 10, example: '10' }),
    runMemoryMegabytes: wholeNumber('runMemory', props.runMemory ?? 512, {
      min: 128,
      max: 10_240,
      unit: 'MB',
      example: '512',
    }),
    runConcurrency: concurrency('runConcurrency', props.runConcurrency ?? 10),
    deliverConcurrency: concurrency('deliverConcurrency', props.deliverConcurrency ?? 20),
    retentionSeconds: seconds('retention', props.retention ?? Duration.days(30), {
      min: 60,
      max: Duration.days(3650).toSeconds(),
      example: '30d',
    }),
    logRetention: logRetention(props.logRetentionDays ?? DEFAULT_LOG_RETENTION[stage]),
    callbackFormat: callbackFormat(props.callbackFormat ?? 'task'),
    allowedCallbackCidrs: cidrs(props.allowedCallbackCidrs ?? []),
    allowedCallbackHosts:
      props.allowedCallbackHosts === undefined ? 'any' : allowedHosts(props.allowedCallbackHosts),
    auth: authSettings(props),
    watch: alarmSettings(props),
    rateLimit: requests('rateLimit', props.rateLimit ?? 1_000),
    rateBurst: requests('rateBurst', props.rateBurst ?? 2_000),
    removalPolicy: removalPolicy(props.removalPolicy ?? RemovalPolicy.RETAIN, stage),
    upkeepRemovalPolicy: stage === 'prod' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    protected: stage === 'prod',
  };
  checkFirstWaitFits(settings);
  checkBatchFits(settings);
  return settings;
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
  readonly example: string;
}

function wholeNumber(setting: string, given: number, { min, max, unit = '', example }: Range): number {
  if (Token.isUnresolved(given)) throw unknownAtSynthesis(setting, example);
  if (!Number.isInteger(given) || given < min || given > max) {
    throw SettingError.refused(
      setting,
      given,
      `a whole number from ${min} to ${max} ${unit}`.trimEnd(),
      example,
    );
  }
  return given;
}

function seconds(setting: string, given: Duration, { min, max, example }: Range): number {
  if (given.isUnresolved()) throw unknownAtSynthesis(setting, example);
  const givenSeconds = given.toSeconds({ integral: false });
  if (!Number.isInteger(givenSeconds) || givenSeconds < min || givenSeconds > max) {
    const allowed = `whole seconds from ${formatSeconds(min)} to ${formatSeconds(max)}`;
    throw SettingError.refused(setting, formatSeconds(givenSeconds), allowed, example);
  }
  return givenSeconds;
}

function concurrency(setting: string, given: number): number {
  return wholeNumber(setting, given, { min: 2, max: 1_000, example: '10' });
}

function requests(setting: string, given: number): number {
  return wholeNumber(setting, given, { min: 1, max: 100_000, unit: 'requests', example: '1000' });
}

function retrySchedule(waits: readonly Duration[]): readonly number[] {
  const example = '5s,5m,30m';
  if (waits.length < 1 || waits.length > MAX_WAITS) {
    throw SettingError.refused('retrySchedule', `${waits.length} waits`, `1 to ${MAX_WAITS} waits`, example);
  }
  return waits.map((wait) =>
    seconds('retrySchedule', wait, { min: 1, max: Duration.days(7).toSeconds(), example }),
  );
}

function logRetention(given: RetentionDays): RetentionDays {
  const offered = Object.values(RetentionDays).filter((days) => typeof days === 'number');
  if (!offered.includes(given)) {
    const allowed = `one of CloudWatch's periods in days (${offered.join(', ')}; 9999 keeps for ever)`;
    throw SettingError.refused('logRetentionDays', given, allowed, '30');
  }
  return given;
}

function callbackFormat(given: CallbackFormat): CallbackFormat {
  if (Token.isUnresolved(given)) throw unknownAtSynthesis('callbackFormat', 'task');
  if (!CALLBACK_FORMATS.includes(given)) {
    throw SettingError.refused('callbackFormat', given, `one of ${CALLBACK_FORMATS.join(', ')}`, 'task');
  }
  return given;
}

function cidrs(given: readonly string[]): readonly string[] {
  const example = '127.0.0.0/8,::1/128';
  if (given.length > MAX_CIDRS) {
    throw SettingError.refused(
      'allowedCallbackCidrs',
      `${given.length} CIDRs`,
      `up to ${MAX_CIDRS} CIDRs`,
      example,
    );
  }
  for (const cidr of given) {
    if (!isCidr(cidr)) {
      const allowed = 'an IPv4 or IPv6 network as address/prefix, with a prefix of at least 1';
      throw SettingError.refused('allowedCallbackCidrs', cidr, allowed, example);
    }
  }
  return given;
}

function isCidr(text: string): boolean {
  const [, address = '', prefix = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  // A zone (fe80::1%eth0) is for a link of one machine, and no address of a callback has one.
  const family = address.includes('%') ? 0 : isIP(address);
  const longestPrefix = { 0: 0, 4: 32, 6: 128 }[family] ?? 0;
  return Number(prefix) >= 1 && Number(prefix) <= longestPrefix;
}

function deploymentStage(given: DeploymentStage): DeploymentStage {
  if (Token.isUnresolved(given)) throw unknownAtSynthesis('stage', 'prod');
  if (!DEPLOYMENT_STAGES.includes(given)) {
    throw SettingError.refused('stage', given, DEPLOYMENT_STAGES.join(' or '), 'prod');
  }
  return given;
}

function removalPolicy(given: RemovalPolicy, stage: DeploymentStage): RemovalPolicy {
  if (stage === 'prod' && given !== RemovalPolicy.RETAIN) {
    const allowed =
      'retain where stage=prod (to delete it all with the stack, deploy it with stage=dev first)';
    throw SettingError.refused('removalPolicy', given, allowed, 'retain');
  }
  return given;
}

function checkFirstWaitFits({ retryScheduleSeconds, deliveryDeadlineSeconds }: PipelineSettings): void {
  const firstWaitSeconds = retryScheduleSeconds[0] ?? 0;
  if (firstWaitSeconds > deliveryDeadlineSeconds) {
    throw SettingError.refused(
      'deliveryDeadline',
      formatSeconds(deliveryDeadlineSeconds),
      `at least the first wait of retrySchedule, which is ${formatSeconds(firstWaitSeconds)}`,
      formatSeconds(firstWaitSeconds),
    );
  }
}

function checkBatchFits({ runBatchSize, runTimeoutSeconds }: PipelineSettings): void {
  if (runBatchSize > runTimeoutSeconds) {
    throw SettingError.refused(
      'runBatchSize',
      runBatchSize,
      `at most ${runTimeoutSeconds}, so that with runTimeout=${formatSeconds(runTimeoutSeconds)} each task has a second`,
      String(runTimeoutSeconds),
    );
  }
}

function unknownAtSynthesis(setting: string, example: string): SettingError {
  return SettingError.refused(
    setting,
    'a token',
    'a value that is known when the app is synthesized',
    example,
  );
}
