import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type AlarmSettings, alarmSettings } from './alarm-settings.ts';
import { type AuthSettings, authSettings } from './auth-settings.ts';
import type { CallbackCompletionProps } from './callback-completion-props.ts';
import { corsOrigins } from './cors-origins.ts';
import { formatSeconds } from './duration-text.ts';
import { SettingError } from './setting-error.ts';
import { type SettingValues, settingValues } from './setting-values.ts';

/** Settings that depend on one another: `PipelineSettings` has what they come to. */
type Combined =
  | 'stage'
  | 'removalPolicy'
  | 'logRetentionDays'
  | 'corsOrigins'
  | 'auth'
  | 'jwtIssuer'
  | 'jwtAudience'
  | 'alarms'
  | 'alarmEmail'
  | 'runbookUrl'
  | 'dashboard';

/** The settings with defaults filled in, in plain units. What is here has been checked. */
export interface PipelineSettings extends Omit<SettingValues, Combined> {
  readonly logRetention: RetentionDays;
  readonly auth: AuthSettings;
  /** Undefined if no page of a browser may call the API. */
  readonly corsOrigins: readonly string[] | undefined;
  readonly watch: AlarmSettings;
  /** What happens to the ledger and the master secret when they leave the stack. */
  readonly removalPolicy: RemovalPolicy;
  /** The same of the queues and the logs. */
  readonly upkeepRemovalPolicy: RemovalPolicy;
  /** Whether the ledger and the stack are held against deletion. */
  readonly protected: boolean;
}

/**
 * Fills in the defaults and checks everything: each setting by its row, then those that depend on another.
 *
 * @throws SettingError at the first setting that cannot be used
 */
export function pipelineSettings(props: CallbackCompletionProps): PipelineSettings {
  const {
    stage,
    removalPolicy,
    logRetentionDays,
    auth: _auth,
    jwtIssuer: _jwtIssuer,
    jwtAudience: _jwtAudience,
    alarms: _alarms,
    alarmEmail: _alarmEmail,
    runbookUrl: _runbookUrl,
    dashboard: _dashboard,
    ...others
  } = settingValues(props);
  const inProd = stage === 'prod';
  const settings: PipelineSettings = {
    ...others,
    logRetention: logRetention(logRetentionDays),
    auth: authSettings(props),
    corsOrigins: corsOrigins(others.corsOrigins),
    watch: alarmSettings(props),
    removalPolicy: removalPolicyIn(stage, removalPolicy),
    upkeepRemovalPolicy: inProd ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    protected: inProd,
  };
  checkFirstWaitFits(settings);
  checkBatchFits(settings);
  return settings;
}

function logRetention(days: number): RetentionDays {
  const offered = Object.values(RetentionDays).filter((period) => typeof period === 'number');
  const chosen = offered.find((period) => period === days);
  if (chosen !== undefined) return chosen;
  const allowed = `one of CloudWatch's periods in days (${offered.join(', ')}; 9999 keeps for ever)`;
  throw SettingError.refused('logRetentionDays', days, allowed, '30');
}

function removalPolicyIn(
  stage: SettingValues['stage'],
  given: SettingValues['removalPolicy'],
): RemovalPolicy {
  if (given === 'retain') return RemovalPolicy.RETAIN;
  if (stage !== 'prod') return RemovalPolicy.DESTROY;
  const allowed = 'retain if stage=prod (to delete it all with the stack, deploy it with stage=dev first)';
  throw SettingError.refused('removalPolicy', given, allowed, 'retain');
}

/** The longest that any task may take, in seconds: those of a batch run one after another, each with all its time. */
export function maxTaskSeconds({
  runTimeoutSeconds,
  runBatchSize,
}: Pick<PipelineSettings, 'runTimeoutSeconds' | 'runBatchSize'>): number {
  return Math.floor(runTimeoutSeconds / runBatchSize);
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
