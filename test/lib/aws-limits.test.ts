import { describe, expect, test } from 'vitest';
import { synthesize } from '../support/synthesize.ts';
import { DEPLOYMENTS, resources, values } from '../support/template-resources.ts';

/** Values and ranges that the resource schema does not check: https://docs.aws.amazon.com, each service's limits. */
describe('values that AWS would refuse', () => {
  const variants = {
    ...DEPLOYMENTS,
    lowest: synthesize({
      runTimeout: '1s',
      runMemory: '128',
      maxRuns: '1',
      runConcurrency: '2',
      retention: '1m',
    }),
    highest: synthesize({
      runTimeout: '890s',
      runBatchSize: '10',
      runMemory: '10240',
      maxRuns: '100',
      deliverConcurrency: '1000',
      logRetentionDays: '9999',
    }),
  };
  const between = (low: number, high: number) => (value: unknown) =>
    Number.isInteger(value) && Number(value) >= low && Number(value) <= high;

  test.each(Object.entries(variants))('are not in the template: %s', (_name, of) => {
    const allowed: [unknown[], (value: unknown) => boolean][] = [
      [values('AWS::Lambda::Function', 'Timeout', of), between(1, 900)],
      [values('AWS::Lambda::Function', 'MemorySize', of), between(128, 10_240)],
      [values('AWS::SQS::Queue', 'VisibilityTimeout', of).filter(isGiven), between(0, 43_200)],
      [values('AWS::SQS::Queue', 'MessageRetentionPeriod', of), between(60, 1_209_600)],
      [
        values('AWS::SQS::Queue', 'RedrivePolicy', of)
          .filter(isGiven)
          .map((policy) => (policy as { maxReceiveCount: number }).maxReceiveCount),
        between(1, 1_000),
      ],
      [
        values('AWS::Lambda::EventSourceMapping', 'ScalingConfig', of).map(
          (config) => (config as { MaximumConcurrency: number }).MaximumConcurrency,
        ),
        between(2, 1_000),
      ],
      [values('AWS::Lambda::EventSourceMapping', 'BatchSize', of), between(1, 10)],
      [values('AWS::Lambda::EventInvokeConfig', 'MaximumEventAgeInSeconds', of), between(60, 21_600)],
      [values('AWS::Lambda::EventInvokeConfig', 'MaximumRetryAttempts', of), between(0, 2)],
      [values('AWS::Lambda::Function', 'Runtime', of), (value) => value === 'nodejs24.x'],
      [values('AWS::ApiGatewayV2::Api', 'ProtocolType', of), (value) => value === 'HTTP'],
      [values('AWS::ApiGatewayV2::Integration', 'PayloadFormatVersion', of), (value) => value === '2.0'],
      [
        // CloudWatch's periods, where 9999 is for ever and is written as none.
        values('AWS::Logs::LogGroup', 'RetentionInDays', of),
        (value) => [undefined, 30, 365].includes(value as number),
      ],
    ];
    for (const [given, isAllowed] of allowed) {
      expect(given.length).toBeGreaterThan(0);
      expect(given.filter((value) => !isAllowed(value))).toEqual([]);
    }
  });

  test('are not in the variables of a function: 4 KB is what Lambda takes of them all', () => {
    const longest = synthesize({
      retrySchedule: Array.from({ length: 50 }, () => '604800s').join(','),
      deliveryDeadline: '30d',
      allowedCallbackCidrs: Array.from({ length: 20 }, () => `${'2001:'.repeat(7)}abcd/128`).join(','),
      allowedCallbackHosts: Array.from({ length: 50 }, () => `${'h'.repeat(21)}.example`).join(','),
    });
    // What a reference stands for is known once it is deployed; a queue's URL is about the longest.
    const REFERENCE = 'https://sqs.ap-southeast-2.amazonaws.com/123456789012/'.padEnd(54 + 80, 'q');
    for (const { Properties } of resources('AWS::Lambda::Function', longest)) {
      const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
      const bytes = Object.entries(Variables).map(([name, value]) =>
        Buffer.byteLength(name + (typeof value === 'string' ? value : REFERENCE)),
      );
      expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(4_096);
    }
  });
});

function isGiven(value: unknown): boolean {
  return value !== undefined;
}
