import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { Stage } from './stage.ts';

/** A tick that could not be handed over within this time is dropped; the next one does its work. */
const TICK_LIFETIME = Duration.minutes(1);

/**
 * Invokes a stage every minute. Neither EventBridge nor Lambda tries a tick again: a failed tick leaves its
 * timers in the ledger, and the next minute's finds them.
 */
export class MinuteClock extends Construct {
  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id);
    new Rule(this, 'Rule', {
      description: 'Every minute: send a message for each timer that is due',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(stage.function, { retryAttempts: 0, maxEventAge: TICK_LIFETIME })],
    });
    stage.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: TICK_LIFETIME });
  }
}
