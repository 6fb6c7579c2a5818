import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { CallbackCompletion } from '../../lib/callback-completion.ts';
import { synthesize, unbundledApp } from '../support/synthesize.ts';
import { DEPLOYMENTS, resources, values } from '../support/template-resources.ts';

/** An alarm as the template has it, with what it looks at in words. */
interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly MetricName?: string;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Period?: number;
  readonly Dimensions?: unknown;
  readonly Metrics?: readonly {
    readonly Id: string;
    readonly Expression?: string;
    readonly MetricStat?: {
      readonly Metric: { readonly Namespace: string; readonly MetricName: string };
      readonly Period: number;
      readonly Stat: string;
    };
  }[];
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly DatapointsToAlarm?: number;
  readonly EvaluationPeriods: number;
  readonly TreatMissingData: string;
  readonly AlarmActions: unknown;
  readonly OKActions: unknown;
}

const alarmsOf = (of?: Template) =>
  resources('AWS::CloudWatch::Alarm', of).map(({ Properties }) => Properties as unknown as AlarmProperties);

const told = (alarm: AlarmProperties) => {
  const { MetricName, Statistic, ExtendedStatistic, Metrics, Period } = alarm;
  const expression = Metrics?.find((metric) => metric.Expression !== undefined)?.Expression;
  const seconds = Period ?? Metrics?.find((metric) => metric.MetricStat !== undefined)?.MetricStat?.Period;
  return [
    alarm.AlarmName.replace('CallbackCompletion-Pipeline-', ''),
    expression ?? `${Statistic ?? ExtendedStatistic} ${MetricName}`,
    `${alarm.ComparisonOperator === 'LessThanThreshold' ? '<' : '>'} ${alarm.Threshold}`,
    `${alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods} of ${alarm.EvaluationPeriods} × ${seconds} s`,
  ];
};

describe('the alarms', () => {
  test('go off when', () => {
    expect(alarmsOf().map(told)).toEqual([
      ['DeadLetters', 'Maximum ApproximateNumberOfMessagesVisible', '> 0', '1 of 3 × 300 s'],
      ['OldestTask', 'Maximum ApproximateAgeOfOldestMessage', '> 2060', '2 of 3 × 300 s'],
      ['OldestCallback', 'Maximum ApproximateAgeOfOldestMessage', '> 1800', '2 of 3 × 300 s'],
      ['TasksInFlight', 'Maximum ApproximateNumberOfMessagesNotVisible', '> 80000', '3 of 5 × 60 s'],
      ['CallbacksInFlight', 'Maximum ApproximateNumberOfMessagesNotVisible', '> 80000', '3 of 5 × 60 s'],
      ['SubmitErrors', 'Sum Errors', '> 0', '2 of 3 × 300 s'],
      ['RunErrors', 'Sum Errors', '> 0', '2 of 3 × 300 s'],
      ['DeliverErrors', 'Sum Errors', '> 0', '2 of 3 × 300 s'],
      ['WakeErrors', 'Sum Errors', '> 0', '3 of 5 × 60 s'],
      ['TimersOverdue', 'Maximum OldestOverdueTimerSeconds', '> 120', '2 of 3 × 300 s'],
      ['MessagesFailed', 'Sum MessagesFailed', '> 4', '2 of 3 × 300 s'],
      ['RunThrottles', 'Sum Throttles', '> 0', '2 of 3 × 300 s'],
      ['DeliverThrottles', 'Sum Throttles', '> 0', '2 of 3 × 300 s'],
      ['RunChainsCut', 'Sum RecursiveInvocationsDropped', '> 0', '1 of 3 × 300 s'],
      ['CallbackSuccess', 'IF(attempts >= 20, 100 * share, 100)', '< 50', '3 of 3 × 300 s'],
      ['ApiServerErrors', 'IF(errors >= 5, 100 * errors / requests, 0)', '> 1', '2 of 3 × 300 s'],
      ['ApiLatency', 'p99 Latency', '> 3000', '3 of 3 × 300 s'],
      ['WakeStopped', 'Sum Invocations', '< 1', '2 of 2 × 300 s'],
    ]);
  });

  test('take silence for well, save of the one function that is called every minute', () => {
    const silenceIsBad = alarmsOf().filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching');

    expect(silenceIsBad.map(({ AlarmName, TreatMissingData }) => [AlarmName, TreatMissingData])).toEqual([
      ['CallbackCompletion-Pipeline-WakeStopped', 'breaching'],
    ]);
  });

  test('go off in a total outage: what the share is reckoned from has data in the very same periods', () => {
    const success = alarmsOf().find(({ AlarmName }) => AlarmName.endsWith('-CallbackSuccess'));

    const lookedAt = success?.Metrics?.flatMap(({ Id, MetricStat: of }) =>
      of === undefined ? [] : [[Id, of.Metric.Namespace, of.Metric.MetricName, of.Stat, of.Period]],
    );
    expect(lookedAt).toEqual([
      ['attempts', 'CallbackCompletion/Pipeline', 'CallbackSuccess', 'SampleCount', 300],
      ['share', 'CallbackCompletion/Pipeline', 'CallbackSuccess', 'Average', 300],
    ]);
  });

  test('never fill in data, since CloudWatch promises no filling where a metric has none at all', () => {
    const expressions = alarmsOf().flatMap(({ Metrics = [] }) => Metrics.map(({ Expression }) => Expression));

    expect(expressions.join(' ')).not.toContain('FILL');
  });

  test('watch for chains that Lambda cut at run; deliver may send to its own queue', () => {
    const functions = alarmsOf()
      .filter(({ MetricName }) => MetricName === 'RecursiveInvocationsDropped')
      .map(({ Dimensions }) => Dimensions);

    expect(functions).toEqual([
      [{ Name: 'FunctionName', Value: { Ref: expect.stringMatching(/^PipelineRun/) } }],
    ]);
  });

  test('allow for how long the work of a task may take', () => {
    const [, oldestTask] = alarmsOf(synthesize({ runTimeout: '890s' }));

    // Half an hour, and two runs of 960 s.
    expect(oldestTask?.Threshold).toBe(3_720);
  });

  test('tell the topic when they go off and when all is well again', () => {
    for (const { AlarmActions, OKActions } of alarmsOf()) {
      expect(AlarmActions).toEqual([{ Ref: expect.stringMatching(/^PipelineAlarmTopic/) }]);
      expect(OKActions).toEqual(AlarmActions);
    }
  });

  test('lead to the runbook where it is read', () => {
    const [first] = alarmsOf(synthesize({ runbookUrl: 'https://wiki.example.com/runbook' }));

    expect(first?.AlarmDescription).toBe(
      'Something was given up and waits in the dead-letter queue for a person. https://wiki.example.com/runbook#deadletters',
    );
  });

  test('of two pipelines in a stack are told apart, and count apart', () => {
    const stack = new Stack(unbundledApp(), 'Shop');
    new CallbackCompletion(stack, 'Orders');
    new CallbackCompletion(stack, 'Returns');
    const template = Template.fromStack(stack);

    const names = alarmsOf(template).map(({ AlarmName }) => AlarmName);
    expect(new Set(names).size).toBe(2 * alarmsOf().length);
    expect(names).toContain('Shop-Returns-DeadLetters');
    const namespaces = values('AWS::Lambda::Function', 'Environment', template).map(
      (environment) =>
        (environment as { readonly Variables: Record<string, unknown> }).Variables.METRICS_NAMESPACE,
    );
    expect([...new Set(namespaces)]).toEqual([undefined, 'Shop/Orders', 'Shop/Returns']);
  });

  test('can be done without', () => {
    const without = synthesize({ alarms: 'false' });

    expect(alarmsOf(without)).toEqual([]);
    expect(resources('AWS::SNS::Topic', without)).toEqual([]);
  });
});

describe('the topic that they are told to', () => {
  test('takes word by TLS alone, and from alarms of this account', () => {
    const [policy] = values('AWS::SNS::TopicPolicy', 'PolicyDocument') as {
      readonly Statement: readonly { readonly Effect: string; readonly Condition: unknown }[];
    }[];

    expect(policy?.Statement).toMatchObject([
      { Effect: 'Deny', Action: 'sns:Publish', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      {
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
    expect(policy?.Statement).toHaveLength(2);
  });

  test('is there for whoever subscribes, and mails nobody unless told so', () => {
    expect(resources('AWS::SNS::Topic', DEPLOYMENTS.default)).toHaveLength(1);
    expect(resources('AWS::SNS::Subscription', DEPLOYMENTS.default)).toEqual([]);

    const mailed = synthesize({ alarmEmail: 'oncall@example.com' });
    expect(resources('AWS::SNS::Subscription', mailed).map(({ Properties }) => Properties)).toMatchObject([
      { Protocol: 'email', Endpoint: 'oncall@example.com' },
    ]);
  });
});
