import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { alarmRules } from './alarm-rules.ts';
import type { AlarmTopic } from './alarm-topic.ts';
import { deployedName, type WatchedPipeline } from './metrics.ts';

export interface AlarmsProps {
  readonly pipeline: WatchedPipeline;

  /** Where they are told, and told again once all is well. */
  readonly topic: AlarmTopic;

  /** Where the runbook is; each alarm leads to its section there. */
  readonly runbookUrl: string;
}

/** One alarm for each rule. Its description says what is the matter, and where it stands how to mend it. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { pipeline, topic, runbookUrl }: AlarmsProps) {
    super(scope, id);
    // Named, since the name is the subject of the mail.
    const prefix = deployedName(scope, '-');
    this.all = alarmRules(pipeline).map((rule) => {
      const alarm = new Alarm(this, rule.id, {
        alarmName: `${prefix}-${rule.id}`,
        alarmDescription: `${rule.says} ${runbookUrl}#${rule.id.toLowerCase()}`,
        metric: rule.metric,
        comparisonOperator: rule.comparison ?? ComparisonOperator.GREATER_THAN_THRESHOLD,
        threshold: rule.threshold,
        datapointsToAlarm: rule.periods.breaching,
        evaluationPeriods: rule.periods.of,
        treatMissingData:
          rule.silenceIsBad === true ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      });
      const tell = new SnsAction(topic.topic);
      alarm.addAlarmAction(tell);
      alarm.addOkAction(tell);
      return alarm;
    });
  }
}
