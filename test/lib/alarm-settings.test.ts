import { describe, expect, test } from 'vitest';
import { alarmSettings } from '../../lib/alarm-settings.ts';
import { SettingError } from '../../lib/setting-error.ts';

describe('what a deployment is watched by', () => {
  test('is alarms that are mailed to nobody, and a dashboard', () => {
    expect(alarmSettings({})).toEqual({
      alarms: { runbookUrl: 'docs/runbook.md', email: undefined },
      dashboard: true,
    });
  });

  test('is what it is told', () => {
    const given = {
      alarmEmail: 'on.call+night@mail.example.com',
      runbookUrl: 'https://wiki.example.com/a?page=1',
    };

    expect(alarmSettings({ ...given, dashboard: false })).toEqual({
      alarms: { email: 'on.call+night@mail.example.com', runbookUrl: 'https://wiki.example.com/a?page=1' },
      dashboard: false,
    });
  });

  test('can be nothing at all', () => {
    expect(alarmSettings({ alarms: false, dashboard: false })).toEqual({
      alarms: undefined,
      dashboard: false,
    });
  });

  test.each([
    'oncall',
    'oncall@example',
    'a@b.example,c@d.example',
    'a b@example.com',
    '<a@example.com>',
    '',
  ])('refuses %j as an address', (alarmEmail) => {
    expect(() => alarmSettings({ alarmEmail })).toThrow(
      new SettingError(
        `alarmEmail: got ${JSON.stringify(alarmEmail)}; allowed is one e-mail address, for example alarmEmail=oncall@example.com`,
      ),
    );
  });

  test.each([
    'docs/runbook.md',
    'http://wiki.example.com/a',
    'https://wiki.example.com/a#b',
    'https://a b.example',
  ])('refuses %j as the place of the runbook', (runbookUrl) => {
    expect(() => alarmSettings({ runbookUrl })).toThrow(
      `runbookUrl: got ${JSON.stringify(runbookUrl)}; allowed is an https URL without fragment, of up to 512 characters, for example runbookUrl=https://wiki.example.com/callbacks/runbook`,
    );
  });

  test('refuses what would do nothing', () => {
    expect(() => alarmSettings({ alarms: false, alarmEmail: 'oncall@example.com' })).toThrow(
      'alarmEmail: got "oncall@example.com", which has no effect with alarms=false; give alarms=true too, or leave alarmEmail out',
    );
    expect(() => alarmSettings({ alarms: false, runbookUrl: 'https://wiki.example.com' })).toThrow(
      'runbookUrl: got "https://wiki.example.com", which has no effect with alarms=false; give alarms=true too, or leave runbookUrl out',
    );
  });
});
