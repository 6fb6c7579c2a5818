import { Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { SETTING_VARIABLES } from '../../lambda/contract/setting-variables.ts';
import { pipelineSettings } from '../../lib/pipeline-settings.ts';
import { settingVariables } from '../../lib/setting-variables.ts';

const variables = (...args: Parameters<typeof settingVariables>) =>
  Object.fromEntries(settingVariables(...args));

describe('the variables of settings', () => {
  test('are those that each function receives', () => {
    const settings = pipelineSettings({});

    expect(variables('submit', settings)).toEqual({
      DELIVERY_DEADLINE_SECONDS: '259200',
      MAX_RUNS: '3',
      RETENTION_SECONDS: '2592000',
      CALLBACK_FORMAT: 'task',
      ALLOWED_CALLBACK_HOSTS: '*',
      AUTH: 'iam',
    });
    expect(variables('run', settings)).toEqual({
      DELIVERY_DEADLINE_SECONDS: '259200',
      MAX_RUNS: '3',
      RETENTION_SECONDS: '2592000',
      RUN_TIMEOUT_SECONDS: '60',
    });
    expect(variables('deliver', settings)).toEqual({
      RETRY_SCHEDULE_SECONDS: '5,300,1800,7200,18000,36000,50400,72000,86400',
      DELIVERY_DEADLINE_SECONDS: '259200',
      CALLBACK_TIMEOUT_SECONDS: '15',
      RETENTION_SECONDS: '2592000',
      ALLOWED_CALLBACK_HOSTS: '*',
    });
    expect(variables('wake', settings)).toEqual({});
    expect(variables('task-status', settings)).toEqual({ AUTH: 'iam' });
    expect(variables('complete-task', settings)).toEqual({
      DELIVERY_DEADLINE_SECONDS: '259200',
      RETENTION_SECONDS: '2592000',
      AUTH: 'iam',
    });
    expect(variables('authorize', settings)).toEqual({});
  });

  test('have lists with commas', () => {
    const settings = pipelineSettings({
      retrySchedule: [Duration.seconds(5), Duration.minutes(5)],
      allowedCallbackCidrs: ['127.0.0.0/8', '::1/128'],
      allowedCallbackHosts: ['hooks.example.com', '*.example.org'],
    });

    expect(variables('deliver', settings)).toMatchObject({
      RETRY_SCHEDULE_SECONDS: '5,300',
      ALLOWED_CALLBACK_CIDRS: '127.0.0.0/8,::1/128',
      ALLOWED_CALLBACK_HOSTS: 'hooks.example.com,*.example.org',
    });
  });

  test('give each task of a batch its share of the time', () => {
    const settings = pipelineSettings({ runTimeout: Duration.seconds(100), runBatchSize: 8 });

    expect(variables('run', settings)).toMatchObject({ RUN_TIMEOUT_SECONDS: '12' });
  });

  test('keep the names that functions have read since 0.1.0', () => {
    expect(SETTING_VARIABLES).toEqual(
      expect.arrayContaining([
        'ALLOWED_CALLBACK_CIDRS',
        'ALLOWED_CALLBACK_HOSTS',
        'AUTH',
        'CALLBACK_FORMAT',
        'DELIVERY_DEADLINE_SECONDS',
        'MAX_RUNS',
        'RETENTION_SECONDS',
        'RETRY_SCHEDULE_SECONDS',
        'RUN_TIMEOUT_SECONDS',
      ]),
    );
  });
});
