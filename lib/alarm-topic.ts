import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface AlarmTopicProps {
  /** Whom alarms are mailed to, once they have confirmed it. */
  readonly email: string | undefined;
}

/**
 * Where alarms are told. Subscribe to it what you are paged by: `pipeline.alarmTopic?.topic.addSubscription(…)`.
 *
 * It is not encrypted with a KMS key. What it carries is names of alarms and numbers, never a task's; it keeps nothing
 * once it is handed on; and CloudWatch may not use AWS's own key for SNS, so that one of your own would be needed, for a
 * dollar a month and a key policy on which every alarm hangs. Whoever publishes must come by TLS.
 */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { email }: AlarmTopicProps) {
    super(scope, id);
    const { account, partition, region, stackName } = Stack.of(this);
    this.topic = new Topic(this, 'Topic', { displayName: `Alarms of ${stackName}`, enforceSSL: true });
    // With a policy of its own the topic no longer lets the account's services publish unless it says so.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sns:Publish'],
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        resources: [this.topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudwatch:${region}:${account}:alarm:*` },
        },
      }),
    );
    if (email !== undefined) this.topic.addSubscription(new EmailSubscription(email));
  }
}
