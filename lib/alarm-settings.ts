import { Token } from 'aws-cdk-lib';
import { SETTINGS } from '../lambda/contract/settings.ts';
import type { CallbackCompletionProps } from './callback-completion-props.ts';
import { SettingError } from './setting-error.ts';

/** What a deployment is watched by. What is here has been checked. */
export interface AlarmSettings {
  /** Undefined where there are to be no alarms. */
  readonly alarms: { readonly runbookUrl: string; readonly email: string | undefined } | undefined;
  readonly dashboard: boolean;
}

/** Descriptions have up to 1,024 characters, with the sentence and the section's name. */
const MAX_RUNBOOK_URL_LENGTH = 512;

/** @throws SettingError at the first of them that cannot be used, or does nothing */
export function alarmSettings(
  props: Pick<CallbackCompletionProps, 'alarms' | 'alarmEmail' | 'runbookUrl' | 'dashboard'>,
): AlarmSettings {
  const { alarmEmail, runbookUrl } = props;
  const { alarms = SETTINGS.alarms.default, dashboard = SETTINGS.dashboard.default } = props;
  if (!alarms) {
    if (alarmEmail !== undefined) throw onlyWithAlarms('alarmEmail', alarmEmail);
    if (runbookUrl !== undefined) throw onlyWithAlarms('runbookUrl', runbookUrl);
    return { alarms: undefined, dashboard };
  }
  return {
    alarms: {
      runbookUrl: runbookUrl === undefined ? SETTINGS.runbookUrl.default : checkedRunbookUrl(runbookUrl),
      email: alarmEmail === undefined ? undefined : checkedEmail(alarmEmail),
    },
    dashboard,
  };
}

/** SNS says nothing of an address that it cannot mail to; better here than in silence when it matters. */
function checkedEmail(given: string): string {
  const isEmail = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(given);
  if (Token.isUnresolved(given) || (isEmail && given.length <= 254)) return given;
  throw SettingError.refused('alarmEmail', given, 'one e-mail address', SETTINGS.alarmEmail.example);
}

function checkedRunbookUrl(given: string): string {
  if (Token.isUnresolved(given)) return given;
  const isUrl = /^[\x21-\x7e]+$/.test(given) && URL.parse(given)?.protocol === 'https:';
  if (isUrl && !given.includes('#') && given.length <= MAX_RUNBOOK_URL_LENGTH) return given;
  throw SettingError.refused(
    'runbookUrl',
    given,
    `an https URL without fragment, of up to ${MAX_RUNBOOK_URL_LENGTH} characters`,
    SETTINGS.runbookUrl.example,
  );
}

function onlyWithAlarms(setting: 'alarmEmail' | 'runbookUrl', given: string): SettingError {
  return SettingError.unused(setting, given, 'alarms=true', 'alarms=false');
}
