import { Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, type HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../lambda/environment.ts';
import type { Stage } from './stage.ts';

export interface TaskApiProps {
  /** Answers `POST /api/tasks` and `POST /api/tasks/batch`. */
  readonly submit: Stage;

  /** Answers every `GET`. */
  readonly taskStatus: Stage;

  /** Answers what changes a task: its completion from elsewhere, its replay, its cancellation. */
  readonly completeTask: Stage;
}

/**
 * The HTTP API in front of the pipeline. Every route, health included, asks for a request signed with AWS
 * credentials (SigV4) of someone who may invoke it; see `grantUse`.
 */
export class TaskApi extends Construct {
  /** Base URL, without a trailing slash. */
  readonly url: string;
  readonly #api: HttpApi;
  readonly #routes: HttpRoute[] = [];

  constructor(scope: Construct, id: string, props: TaskApiProps) {
    super(scope, id);
    // The authorizer is the API's default, so that a route added later is locked, too.
    this.#api = new HttpApi(this, 'HttpApi', {
      apiName: Stack.of(this).stackName,
      description: 'Submit tasks and read how they stand',
      defaultAuthorizer: new HttpIamAuthorizer(),
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

  /** Lets a role or user of this account call every route of the API. */
  grantUse(grantee: IGrantable): void {
    for (const route of this.#routes) route.grantInvoke(grantee);
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
