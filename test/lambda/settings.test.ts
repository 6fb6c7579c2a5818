import { describe, expect, it } from 'vitest';
import { ENVIRONMENT } from '../../lambda/environment.ts';
import { retryWaitsMs, settingsFrom } from '../../lambda/settings.ts';

describe('the settings of a function', () => {
  it('are what the stack has set', () => {
    const settings = settingsFrom({
      LEDGER_TABLE: 'ledger',
      MAX_RUNS: '3',
      RUN_TIMEOUT_SECONDS: '60',
      ALLOWED_CALLBACK_CIDRS: '127.0.0.0/8,::1/128',
      RETRY_SCHEDULE_SECONDS: '5,300,1800',
    });

    expect(settings.text(ENVIRONMENT.ledgerTable)).toBe('ledger');
    expect(settings.count(ENVIRONMENT.maxRuns)).toBe(3);
    expect(settings.ms(ENVIRONMENT.runTimeoutSeconds)).toBe(60_000);
    expect(settings.list(ENVIRONMENT.allowedCallbackCidrs)).toEqual(['127.0.0.0/8', '::1/128']);
    expect(retryWaitsMs(settings, ENVIRONMENT.retryScheduleSeconds)).toEqual([5_000, 300_000, 1_800_000]);
  });

  it('may leave a list out', () => {
    expect(settingsFrom({}).list(ENVIRONMENT.allowedCallbackCidrs)).toEqual([]);
    expect(settingsFrom({ ALLOWED_CALLBACK_CIDRS: '' }).list(ENVIRONMENT.allowedCallbackCidrs)).toEqual([]);
  });

  it('fail by name where one is missing', () => {
    expect(() => settingsFrom({}).text(ENVIRONMENT.ledgerTable)).toThrow(
      'the environment variable LEDGER_TABLE is not set',
    );
    expect(() => settingsFrom({ MAX_RUNS: '' }).count(ENVIRONMENT.maxRuns)).toThrow(
      'the environment variable MAX_RUNS is not set',
    );
  });

  it('fail while a function is loaded where it has no retry schedule, not at the first failed attempt', () => {
    expect(() => retryWaitsMs(settingsFrom({}), ENVIRONMENT.retryScheduleSeconds)).toThrow(
      'the environment variable RETRY_SCHEDULE_SECONDS is not set',
    );
  });

  it.each(['three', '-1', '1.5', '1e3', ' 3', '9999999999999999'])('fail where a number is %j', (value) => {
    expect(() => settingsFrom({ MAX_RUNS: value }).count(ENVIRONMENT.maxRuns)).toThrow(
      `the environment variable MAX_RUNS is "${value}"; it must be a whole number`,
    );
  });

  it('may be one of a few words, and no other', () => {
    const words = ['task', 'job'] as const;

    expect(settingsFrom({ CALLBACK_FORMAT: 'job' }).choice(ENVIRONMENT.callbackFormat, words)).toBe('job');
    expect(() => settingsFrom({ CALLBACK_FORMAT: 'xml' }).choice(ENVIRONMENT.callbackFormat, words)).toThrow(
      'the environment variable CALLBACK_FORMAT is "xml"; it must be one of task, job',
    );
  });

  it('fail where a wait is no number', () => {
    const settings = settingsFrom({ RETRY_SCHEDULE_SECONDS: '5,5m' });

    expect(() => retryWaitsMs(settings, ENVIRONMENT.retryScheduleSeconds)).toThrow(
      'the environment variable RETRY_SCHEDULE_SECONDS is "5m"; it must be a whole number',
    );
  });
});
