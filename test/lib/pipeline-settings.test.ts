import { App, Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { CallbackCompletion } from '../../lib/callback-completion.ts';
import type { CallbackCompletionProps } from '../../lib/callback-completion-props.ts';
import { pipelineSettings } from '../../lib/pipeline-settings.ts';
import { SettingError } from '../../lib/setting-error.ts';

describe('the settings of a pipeline', () => {
  test('have defaults, all of them', () => {
    expect(pipelineSettings({})).toEqual({
      tasks: ['tasks'],
      architecture: 'arm64',
      retryScheduleSeconds: [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
      deliveryDeadlineSeconds: 259_200,
      callbackTimeoutSeconds: 15,
      maxRuns: 3,
      runTimeoutSeconds: 60,
      runBatchSize: 1,
      runMemoryMegabytes: 512,
      runConcurrency: 10,
      deliverConcurrency: 20,
      retentionSeconds: 2_592_000,
      logRetention: 30,
      callbackFormat: 'task',
      allowedCallbackCidrs: [],
      allowedCallbackHosts: 'any',
      auth: { kind: 'iam' },
      watch: { alarms: { runbookUrl: 'docs/runbook.md', email: undefined }, dashboard: true },
      rateLimit: 1_000,
      rateBurst: 2_000,
      removalPolicy: 'retain',
      upkeepRemovalPolicy: 'destroy',
      protected: false,
    });
  });

  test('may be anything up to both ends of their ranges', () => {
    const lowest: CallbackCompletionProps = {
      retrySchedule: [Duration.seconds(1)],
      deliveryDeadline: Duration.seconds(1),
      callbackTimeout: Duration.seconds(5),
      maxRuns: 1,
      runTimeout: Duration.seconds(1),
      runBatchSize: 1,
      runMemory: 128,
      runConcurrency: 2,
      deliverConcurrency: 2,
      retention: Duration.minutes(1),
      logRetentionDays: 1,
      callbackFormat: 'beam-v2',
      allowedCallbackCidrs: ['127.0.0.0/8', '::1/128'],
      rateLimit: 1,
      rateBurst: 1,
      removalPolicy: RemovalPolicy.DESTROY,
    };
    const highest: CallbackCompletionProps = {
      retrySchedule: Array.from({ length: 50 }, () => Duration.days(7)),
      deliveryDeadline: Duration.days(30),
      callbackTimeout: Duration.seconds(20),
      maxRuns: 100,
      runTimeout: Duration.seconds(890),
      runBatchSize: 10,
      runMemory: 10_240,
      runConcurrency: 1_000,
      deliverConcurrency: 1_000,
      retention: Duration.days(3650),
      logRetentionDays: 9999,
      allowedCallbackCidrs: Array.from({ length: 20 }, () => '10.0.0.0/8'),
      rateLimit: 100_000,
      rateBurst: 100_000,
    };

    expect(() => pipelineSettings(lowest)).not.toThrow();
    expect(() => pipelineSettings(highest)).not.toThrow();
  });

  test.each<[string, CallbackCompletionProps]>([
    ['maxRuns: got 0; allowed is a whole number from 1 to 100, for example maxRuns=3', { maxRuns: 0 }],
    ['maxRuns: got 2.5; allowed is a whole number from 1 to 100, for example maxRuns=3', { maxRuns: 2.5 }],
    [
      'runMemory: got 64; allowed is a whole number from 128 to 10240 MB, for example runMemory=512',
      { runMemory: 64 },
    ],
    [
      'runTimeout: got "15m"; allowed is whole seconds from 1s to 890s, for example runTimeout=60s',
      { runTimeout: Duration.minutes(15) },
    ],
    [
      'runTimeout: got "1.5s"; allowed is whole seconds from 1s to 890s, for example runTimeout=60s',
      { runTimeout: Duration.millis(1_500) },
    ],
    [
      'runBatchSize: got 0; allowed is a whole number from 1 to 10, for example runBatchSize=10',
      { runBatchSize: 0 },
    ],
    [
      'runBatchSize: got 11; allowed is a whole number from 1 to 10, for example runBatchSize=10',
      { runBatchSize: 11 },
    ],
    [
      'runBatchSize: got 10; allowed is at most 5, so that with runTimeout=5s each task has a second, for example runBatchSize=5',
      { runBatchSize: 10, runTimeout: Duration.seconds(5) },
    ],
    [
      'rateLimit: got 0; allowed is a whole number from 1 to 100000 requests, for example rateLimit=1000',
      { rateLimit: 0 },
    ],
    [
      'rateBurst: got 100001; allowed is a whole number from 1 to 100000 requests, for example rateBurst=1000',
      { rateBurst: 100_001 },
    ],
    [
      'runConcurrency: got 1; allowed is a whole number from 2 to 1000, for example runConcurrency=10',
      { runConcurrency: 1 },
    ],
    [
      'deliverConcurrency: got 1001; allowed is a whole number from 2 to 1000, for example deliverConcurrency=10',
      { deliverConcurrency: 1_001 },
    ],
    [
      'deliveryDeadline: got "31d"; allowed is whole seconds from 1s to 30d, for example deliveryDeadline=3d',
      { deliveryDeadline: Duration.days(31) },
    ],
    [
      'callbackTimeout: got "21s"; allowed is whole seconds from 5s to 20s, for example callbackTimeout=15s',
      { callbackTimeout: Duration.seconds(21) },
    ],
    [
      'retention: got "59s"; allowed is whole seconds from 1m to 3650d, for example retention=30d',
      { retention: Duration.seconds(59) },
    ],
    [
      'retrySchedule: got "0 waits"; allowed is 1 to 50 waits, for example retrySchedule=5s,5m,30m',
      { retrySchedule: [] },
    ],
    [
      'retrySchedule: got "0s"; allowed is whole seconds from 1s to 7d, for example retrySchedule=5s,5m,30m',
      { retrySchedule: [Duration.seconds(5), Duration.seconds(0)] },
    ],
    [
      'allowedCallbackCidrs: got "127.0.0.1"; allowed is an IPv4 or IPv6 network as address/prefix, with a prefix of at least 1, for example allowedCallbackCidrs=127.0.0.0/8,::1/128',
      { allowedCallbackCidrs: ['127.0.0.1'] },
    ],
    [
      'allowedCallbackCidrs: got "10.0.0.0/33"; allowed is an IPv4 or IPv6 network as address/prefix, with a prefix of at least 1, for example allowedCallbackCidrs=127.0.0.0/8,::1/128',
      { allowedCallbackCidrs: ['10.0.0.0/33'] },
    ],
    [
      'deliveryDeadline: got "2s"; allowed is at least the first wait of retrySchedule, which is 5s, for example deliveryDeadline=5s',
      { deliveryDeadline: Duration.seconds(2) },
    ],
  ])('%s', (message, props) => {
    expect(() => pipelineSettings(props)).toThrow(new SettingError(message));
  });

  test('a network of every address there is would switch the guard off, and is refused', () => {
    expect(() => pipelineSettings({ allowedCallbackCidrs: ['0.0.0.0/0'] })).toThrow('got "0.0.0.0/0"');
    expect(() => pipelineSettings({ allowedCallbackCidrs: ['::/0'] })).toThrow('got "::/0"');
  });

  test('refuses a network with a zone, which no address of a callback is in', () => {
    expect(() => pipelineSettings({ allowedCallbackCidrs: ['fe80::1%eth0/64'] })).toThrow(
      'allowedCallbackCidrs: got "fe80::1%eth0/64"; allowed is an IPv4 or IPv6 network as address/prefix',
    );
  });

  test('refuses an empty list of allowed hosts, which is not to mean any', () => {
    expect(() => pipelineSettings({ allowedCallbackHosts: [] })).toThrow(
      'allowedCallbackHosts: got "an empty list"; allowed is at least one host',
    );
  });

  test('of a production deployment keep everything, and the logs for longer', () => {
    expect(pipelineSettings({ stage: 'prod' })).toMatchObject({
      logRetention: 365,
      removalPolicy: 'retain',
      upkeepRemovalPolicy: 'retain',
      protected: true,
    });
    expect(pipelineSettings({ stage: 'prod', logRetentionDays: 90 }).logRetention).toBe(90);
  });

  test('of a production deployment do not destroy the ledger', () => {
    expect(() => pipelineSettings({ stage: 'prod', removalPolicy: RemovalPolicy.DESTROY })).toThrow(
      new SettingError(
        'removalPolicy: got "destroy"; allowed is retain if stage=prod (to delete it all with the stack, deploy it with stage=dev first), for example removalPolicy=retain',
      ),
    );
  });

  test('the stage is one of those there are', () => {
    expect(() => pipelineSettings({ stage: 'test' as never })).toThrow(
      new SettingError('stage: got "test"; allowed is dev or prod, for example stage=prod'),
    );
  });

  test('log retention is one of the periods that CloudWatch offers', () => {
    expect(() => pipelineSettings({ logRetentionDays: 31 as never })).toThrow(
      /^logRetentionDays: got 31; allowed is one of CloudWatch's periods in days \(1, 3, 5, 7, 14, 30, /,
    );
  });

  test('the format of callbacks is one of those there are', () => {
    expect(() => pipelineSettings({ callbackFormat: 'xml' as never })).toThrow(
      new SettingError(
        'callbackFormat: got "xml"; allowed is one of task, job, beam-v1, beam-v2, standard, for example callbackFormat=task',
      ),
    );
  });

  test('a value that only the deployment would know is refused: the checks need to see it', () => {
    const maxRuns = Lazy.number({ produce: () => 3 });

    expect(() => pipelineSettings({ maxRuns })).toThrow(
      'maxRuns: got "a token"; allowed is a value that is known when the app is synthesized',
    );
  });

  test('are checked before the construct makes anything', () => {
    const stack = new Stack(new App(), 'Stack');

    expect(() => new CallbackCompletion(stack, 'Pipeline', { maxRuns: 101 })).toThrow('maxRuns: got 101');
    expect(stack.node.tryFindChild('Pipeline')?.node.children).toEqual([]);
  });
});
