import { App, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { propsFromContext, refuseUnknownSettings } from '../../lib/context-settings.ts';
import { SettingError } from '../../lib/setting-error.ts';

const node = (context: Record<string, unknown>) => new App({ context }).node;

describe('settings from the CDK context', () => {
  test('none are given: the construct keeps its defaults', () => {
    expect(propsFromContext(node({}))).toEqual({});
  });

  test('come as text from the command line', () => {
    const given = {
      retrySchedule: '5s, 5m,2h',
      deliveryDeadline: '3d',
      callbackTimeout: '20s',
      maxRuns: '5',
      runTimeout: '90s',
      runBatchSize: '10',
      runMemory: '1024',
      runConcurrency: '20',
      deliverConcurrency: '40',
      retention: '7d',
      logRetentionDays: '14',
      callbackFormat: 'beam-v1',
      allowedCallbackCidrs: '127.0.0.0/8,::1/128',
      allowedCallbackHosts: 'hooks.example.com, *.example.org',
      auth: 'jwt',
      jwtIssuer: 'https://login.example.com/tenant',
      jwtAudience: 'tasks, other',
      rateLimit: '50',
      rateBurst: '100',
      alarms: 'true',
      alarmEmail: 'oncall@example.com',
      runbookUrl: 'https://wiki.example.com/runbook',
      dashboard: 'false',
      removalPolicy: 'destroy',
      stage: 'prod',
    };

    expect(propsFromContext(node(given))).toEqual({
      retrySchedule: [Duration.seconds(5), Duration.seconds(300), Duration.seconds(7_200)],
      deliveryDeadline: Duration.seconds(259_200),
      callbackTimeout: Duration.seconds(20),
      maxRuns: 5,
      runTimeout: Duration.seconds(90),
      runBatchSize: 10,
      runMemory: 1_024,
      runConcurrency: 20,
      deliverConcurrency: 40,
      retention: Duration.seconds(604_800),
      logRetentionDays: 14,
      callbackFormat: 'beam-v1',
      allowedCallbackCidrs: ['127.0.0.0/8', '::1/128'],
      allowedCallbackHosts: ['hooks.example.com', '*.example.org'],
      auth: 'jwt',
      jwtIssuer: 'https://login.example.com/tenant',
      jwtAudience: ['tasks', 'other'],
      rateLimit: 50,
      rateBurst: 100,
      alarms: true,
      alarmEmail: 'oncall@example.com',
      runbookUrl: 'https://wiki.example.com/runbook',
      dashboard: false,
      removalPolicy: RemovalPolicy.DESTROY,
      stage: 'prod',
    });
  });

  test('come as numbers, lists and truth values from cdk.json', () => {
    expect(propsFromContext(node({ maxRuns: 5, alarms: false, retrySchedule: ['1s', '2s'] }))).toEqual({
      maxRuns: 5,
      alarms: false,
      retrySchedule: [Duration.seconds(1), Duration.seconds(2)],
    });
  });

  test.each<[string, Record<string, unknown>]>([
    ['auth: got "none"; allowed is one of iam, jwt, api-key, for example auth=iam', { auth: 'none' }],
    [
      'jwtIssuer: got true; allowed is text, for example jwtIssuer=https://login.example.com/tenant',
      { jwtIssuer: true },
    ],
    ['maxRuns: got "three"; allowed is a whole number, for example maxRuns=3', { maxRuns: 'three' }],
    ['maxRuns: got "-1"; allowed is a whole number, for example maxRuns=3', { maxRuns: '-1' }],
    ['maxRuns: got ""; allowed is a whole number, for example maxRuns=3', { maxRuns: '' }],
    ['maxRuns: got true; allowed is a whole number, for example maxRuns=3', { maxRuns: true }],
    ['runMemory: got "1e3"; allowed is a whole number, for example runMemory=512', { runMemory: '1e3' }],
    [
      'runTimeout: got 60; allowed is a whole number with a unit s, m, h or d, for example runTimeout=60s',
      { runTimeout: 60 },
    ],
    [
      'deliveryDeadline: got "3 days"; allowed is a whole number with a unit s, m, h or d, for example deliveryDeadline=3d',
      { deliveryDeadline: '3 days' },
    ],
    [
      'deliveryDeadline: got "1.5h"; allowed is a whole number with a unit s, m, h or d, for example deliveryDeadline=3d',
      { deliveryDeadline: '1.5h' },
    ],
    [
      'retrySchedule: got "5s,,5m"; allowed is a list separated by commas, for example retrySchedule=5s,5m,30m',
      { retrySchedule: '5s,,5m' },
    ],
    [
      'retrySchedule: got "5"; allowed is a whole number with a unit s, m, h or d, for example retrySchedule=5s,5m,30m',
      { retrySchedule: '5s,5' },
    ],
    [
      'retrySchedule: got [5,300]; allowed is a list separated by commas, for example retrySchedule=5s,5m,30m',
      { retrySchedule: [5, 300] },
    ],
    [
      'callbackFormat: got "beam"; allowed is one of task, job, beam-v1, beam-v2, standard, for example callbackFormat=task',
      { callbackFormat: 'beam' },
    ],
    [
      'removalPolicy: got "keep"; allowed is retain or destroy, for example removalPolicy=retain',
      { removalPolicy: 'keep' },
    ],
    [
      'allowedCallbackHosts: got ""; allowed is a list separated by commas, for example allowedCallbackHosts=hooks.example.com,*.example.org',
      { allowedCallbackHosts: '' },
    ],
    ['alarms: got "no"; allowed is true or false, for example alarms=false', { alarms: 'no' }],
    ['stage: got "production"; allowed is dev or prod, for example stage=prod', { stage: 'production' }],
  ])('%s', (message, given) => {
    expect(() => propsFromContext(node(given))).toThrow(new SettingError(message));
  });

  test('a misspelt setting is refused, with the list of those there are', () => {
    const given = { retrySchedul: '5s', '@aws-cdk/core:aspectStabilization': true, 'cli-telemetry': false };

    expect(() => refuseUnknownSettings(node(given), ['stackName'])).toThrow(
      new SettingError(
        'retrySchedul: there is no such setting; the settings are tasks, nodeModules, architecture, retrySchedule, deliveryDeadline, callbackTimeout, maxRuns, runTimeout, runBatchSize, runMemory, runConcurrency, deliverConcurrency, retention, logRetentionDays, callbackFormat, allowedCallbackCidrs, allowedCallbackHosts, auth, jwtIssuer, jwtAudience, corsOrigins, rateLimit, rateBurst, alarms, alarmEmail, runbookUrl, dashboard, removalPolicy, stage, stackName',
      ),
    );
  });

  test("the app's own settings, CDK's and feature flags are not", () => {
    const given = { stackName: 'Mine', '@aws-cdk/core:aspectStabilization': true, 'cli-telemetry': false };

    expect(() => refuseUnknownSettings(node(given), ['stackName'])).not.toThrow();
  });
});
