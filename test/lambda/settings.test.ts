import { describe, expect, it } from 'vitest';
import { ENVIRONMENT } from '../../lambda/contract/variables.ts';
import { settingsFrom } from '../../lambda/settings.ts';

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
    expect(settings.count('MAX_RUNS')).toBe(3);
    expect(settings.ms('RUN_TIMEOUT_SECONDS')).toBe(60_000);
    expect(settings.list('ALLOWED_CALLBACK_CIDRS')).toEqual(['127.0.0.0/8', '::1/128']);
    expect(settings.msList('RETRY_SCHEDULE_SECONDS')).toEqual([5_000, 300_000, 1_800_000]);
  });

  it('are those that the function receives: to read another is a type error', () => {
    const settings = settingsFrom<'task-status'>({ AUTH: 'iam', MAX_RUNS: '3' });

    expect(settings.text('AUTH')).toBe('iam');
    // @ts-expect-error task-status is not in the `receivedBy` of maxRuns.
    expect(settings.count('MAX_RUNS')).toBe(3);
    // @ts-expect-error There is no such variable.
    expect(() => settings.text('MAX_RUN')).toThrow('the environment variable MAX_RUN is not set');
  });

  it('may leave a list out', () => {
    expect(settingsFrom({}).list('ALLOWED_CALLBACK_CIDRS')).toEqual([]);
    expect(settingsFrom({ ALLOWED_CALLBACK_CIDRS: '' }).list('ALLOWED_CALLBACK_CIDRS')).toEqual([]);
  });

  it('fail by name where one is missing', () => {
    expect(() => settingsFrom({}).text(ENVIRONMENT.ledgerTable)).toThrow(
      'the environment variable LEDGER_TABLE is not set',
    );
    expect(() => settingsFrom({ MAX_RUNS: '' }).count('MAX_RUNS')).toThrow(
      'the environment variable MAX_RUNS is not set',
    );
  });

  it('fail while a function is loaded where it has no retry schedule, not at the first failed attempt', () => {
    expect(() => settingsFrom({}).msList('RETRY_SCHEDULE_SECONDS')).toThrow(
      'the environment variable RETRY_SCHEDULE_SECONDS is not set',
    );
  });

  it.each(['three', '-1', '1.5', '1e3', ' 3', '9999999999999999'])('fail where a number is %j', (value) => {
    expect(() => settingsFrom({ MAX_RUNS: value }).count('MAX_RUNS')).toThrow(
      `the environment variable MAX_RUNS is "${value}"; it must be a whole number`,
    );
  });

  it('may be one of a few words, and no other', () => {
    const words = ['task', 'job'] as const;

    expect(settingsFrom({ CALLBACK_FORMAT: 'job' }).choice('CALLBACK_FORMAT', words)).toBe('job');
    expect(() => settingsFrom({ CALLBACK_FORMAT: 'xml' }).choice('CALLBACK_FORMAT', words)).toThrow(
      'the environment variable CALLBACK_FORMAT is "xml"; it must be one of task, job',
    );
  });

  it('fail where a wait is no number', () => {
    const settings = settingsFrom({ RETRY_SCHEDULE_SECONDS: '5,5m' });

    expect(() => settings.msList('RETRY_SCHEDULE_SECONDS')).toThrow(
      'the environment variable RETRY_SCHEDULE_SECONDS is "5m"; it must be a whole number',
    );
  });
});
