import { Duration, Stack } from 'aws-cdk-lib';
import {
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpMethod,
  type HttpRoute,
  HttpStage,
  type ThrottleSettings,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../lambda/contract/variables.ts';
import { commandLine } from '../package/command-name.ts';
import { AccessLog, type AccessLogProps } from './access-log.ts';
import type { AuthSettings } from './auth-settings.ts';
import { authorizerOf } from './authorizer.ts';
import type { Stage } from './stage.ts';

export interface TaskApiProps {
  /** Answers `POST /api/tasks` and `POST /api/tasks/batch`. */
  readonly submit: Stage;

  /** Answers every `GET`. */
  readonly taskStatus: Stage;

  /** Answers what changes a task: its completion from elsewhere, its replay, its cancellation. */
  readonly completeTask: Stage;

  /** How clients are authenticated. */
  readonly auth: AuthSettings;

  /** Tells API Gateway whose key a request carries; with `auth: 'api-key'`. */
  readonly authorize: Stage | undefined;

  /** Origins of web pages that may call the API. */
  readonly corsOrigins: readonly string[] | undefined;

  /** Requests a second, on average and in bursts, that the API takes of all clients together. */
  readonly throttle: ThrottleSettings;

  /** How its access log is kept. */
  readonly accessLog: AccessLogProps;
}

/** Browsers ask again after this time whether a page may call the API. */
const CORS_MAX_AGE = Duration.hours(1);

/** What pages of these origins may send and read. API Gateway answers the browser's question itself. */
function corsPreflight(origins: readonly string[]): CorsPreflightOptions {
  return {
    allowOrigins: [...origins],
    allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.DELETE],
    allowHeaders: [
      'authorization',
      'content-type',
      'idempotency-key',
      'x-amz-content-sha256',
      'x-amz-date',
      'x-amz-security-token',
    ],
    exposeHeaders: ['location', 'retry-after'],
    maxAge: CORS_MAX_AGE,
  };
}

/**
 * The HTTP API in front of the pipeline. Every route, health included, asks for a client that the authorizer knows.
 */
export class TaskApi extends Construct {
  /** Base URL, without a trailing slash. */
  readonly url: string;
  readonly #api: HttpApi;
  readonly #auth: AuthSettings;
  readonly #routes: HttpRoute[] = [];

  constructor(scope: Construct, id: string, props: TaskApiProps) {
    super(scope, id);
    this.#auth = props.auth;
    // The authorizer is the API's default, so that a route added later is locked, too.
    this.#api = new HttpApi(this, 'HttpApi', {
      apiName: Stack.of(this).stackName,
      description: 'Submit tasks and read how they stand',
      defaultAuthorizer: authorizerOf(props.auth, props.authorize),
      createDefaultStage: false,
      ...(props.corsOrigins !== undefined && { corsPreflight: corsPreflight(props.corsOrigins) }),
    });
    // Within the API, where CDK's own default stage would be: it takes that one's place in a stack that has it.
    new HttpStage(this.#api, 'DefaultStage', {
      httpApi: this.#api,
      stageName: '$default',
      autoDeploy: true,
      throttle: props.throttle,
      accessLogSettings: new AccessLog(this, 'AccessLog', props.accessLog).settings,
    });
    this.url = this.#api.apiEndpoint;

    this.#route('Submit', props.submit, HttpMethod.POST, ['/api/tasks', '/api/tasks/batch']);
    this.#route('TaskStatus', props.taskStatus, HttpMethod.GET, [
      '/api/tasks/{task_id}',
      '/api/tasks/{task_id}/result',
      '/api/health',
      '/api/openapi.json',
    ]);
    this.#route('CompleteTask', props.completeTask, HttpMethod.POST, [
      '/api/tasks/{task_id}/completion',
      '/api/tasks/{task_id}/replay',
    ]);
    this.#route('CancelTask', props.completeTask, HttpMethod.DELETE, ['/api/tasks/{task_id}']);
  }

  /**
   * Lets a role or user of this account call every route of the API.
   *
   * @throws Error where `auth` is not `iam`: such an API does not look at AWS credentials
   */
  grantUse(grantee: IGrantable): void {
    if (this.#auth.kind !== 'iam') {
      const other =
        this.#auth.kind === 'jwt' ? `tokens of ${this.#auth.issuer}` : commandLine('ops', 'keys create');
      throw new Error(
        `grantUse is for auth=iam; with auth=${this.#auth.kind} clients get access by ${other}`,
      );
    }
    for (const route of this.#routes) route.grantInvoke(grantee);
  }

  /** What CloudWatch counts of all requests together; by route it would cost. */
  metric(name: '4xx' | '5xx' | 'Count' | 'Latency', options: MetricOptions): Metric {
    return this.#api.metric(name, options);
  }

  /** Tells `stage` the API's base URL. */
  knownTo(stage: Stage): void {
    stage.set(ENVIRONMENT.apiUrl, this.url);
  }

  #route(integrationId: string, stage: Stage, method: HttpMethod, paths: readonly string[]): void {
    const integration = new HttpLambdaIntegration(integrationId, stage.function);
    for (const path of paths) {
      this.#routes.push(...this.#api.addRoutes({ path, methods: [method], integration }));
    }
  }
}
