import { Token } from 'aws-cdk-lib';
import type { CallbackCompletionProps } from './callback-completion-props.ts';
import { SettingError } from './setting-error.ts';

/** What a deployment is watched by. What is here has been checked. */
export interface AlarmSettings {
  /** Undefined where there are to be no alarms. */
  readonly alarms: { readonly runbookUrl: string; readonly email: string | undefined } | undefined;
  readonly dashboard: boolean;
}

/** Where the runbook stands in the repository: what a description says unless told where it is to be read. */
const RUNBOOK = 'docs/runbook.md';

const EMAIL_EXAMPLE = 'oncall@example.com';
const RUNBOOK_EXAMPLE = 'https://wiki.example.com/callbacks/runbook';

/** Descriptions have up to 1,024 characters, with the sentence and the section's name. */
const MAX_RUNBOOK_URL_LENGTH = 512;

/** @throws SettingError at the first of them that cannot be used, or does nothing */
export function alarmSettings(
  props: Pick<CallbackCompletionProps, 'alarms' | 'alarmEmail' | 'runbookUrl' | 'dashboard'>,
): AlarmSettings {
  const { alarms = true, alarmEmail, runbookUrl, dashboard = true } = props;
  if (!alarms) {
    if (alarmEmail !== undefined) throw onlyWithAlarms('alarmEmail', alarmEmail);
    if (runbookUrl !== undefined) throw onlyWithAlarms('runbookUrl', runbookUrl);
    return { alarms: undefined, dashboard };
  }
  return {
    alarms: {
      runbookUrl: runbookUrl === undefined ? RUNBOOK : checkedRunbookUrl(runbookUrl),
      email: alarmEmail === undefined ? undefined : checkedEmail(alarmEmail),
    },
    dashboard,
  };
}

/** SNS says nothing of an address that it cannot mail to; better here than in silence when it matters. */
function checkedEmail(given: string): string {
  const isEmail = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(given);
  if (Token.isUnresolved(given) || (isEmail && given.length <= 254)) return given;
  throw SettingError.refused('alarmEmail', given, 'one e-mail address', EMAIL_EXAMPLE);
}

function checkedRunbookUrl(given: string): string {
  if (Token.isUnresolved(given)) return given;
  const isUrl = /^[\x21-\x7e]+$/.test(given) && URL.parse(given)?.protocol === 'https:';
  if (isUrl && !given.includes('#') && given.length <= MAX_RUNBOOK_URL_LENGTH) return given;
  throw SettingError.refused(
    'runbookUrl',
    given,
    `an https URL without fragment, of up to ${MAX_RUNBOOK_URL_LENGTH} characters`,
    RUNBOOK_EXAMPLE,
  );
}

function onlyWithAlarms(setting: 'alarmEmail' | 'runbookUrl', given: string): SettingError {
  return SettingError.unused(setting, given, 'alarms=true', 'alarms=false');
}
