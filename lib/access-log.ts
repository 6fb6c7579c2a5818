import type { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type IAccessLogSettings, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface AccessLogProps {
  /** How long CloudWatch keeps it. */
  readonly retention: RetentionDays;

  /** What happens to the log when it leaves the stack. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * What each request leaves behind, one JSON line: field → variable of API Gateway.
 *
 * The route and never the path or the query string: nothing that a client chose is written. The address is there,
 * since of a request that is refused for its identity or for its number (401, 403, 429) this is the only trace;
 * it goes with the log's retention. Who the client is is not.
 *
 * A million of these lines cost ten cents for 200 bytes. So the route tells the method, CloudWatch itself (`@timestamp`)
 * when, and one field both kinds of error, the authorizer's first; of a request that goes well it is `- -`.
 *
 * Source of the variables: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const FIELDS = {
  request_id: '$context.requestId',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  latency_ms: '$context.responseLatency',
  response_bytes: '$context.responseLength',
  errors: '$context.authorizer.error $context.integrationErrorMessage',
} as const;

/** The HTTP API's access log, in a log group of its own. */
export class AccessLog extends Construct {
  /** For the API's stage. */
  readonly settings: IAccessLogSettings;

  constructor(scope: Construct, id: string, props: AccessLogProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', props);
    this.settings = {
      destination: new LogGroupLogDestination(logGroup),
      format: AccessLogFormat.custom(JSON.stringify(FIELDS)),
    };
  }
}
