import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { synthesize } from '../support/synthesize.ts';

/**
 * What the resource schema cannot see: the values. Logical ids are matched by what the construct calls a thing;
 * the hash that CDK appends is of no interest.
 */
const template = synthesize();

type Resource = { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string };

function resources(type: string, of = template): Record<string, Resource> {
  return of.findResources(type) as Record<string, Resource>;
}

/** The one resource of a type whose logical id begins that way. */
function resource(type: string, idPrefix: string, of = template): Resource {
  const found = Object.entries(resources(type, of)).filter(([id]) => id.startsWith(idPrefix));
  expect(found.map(([id]) => id)).toHaveLength(1);
  return found[0]?.[1] as Resource;
}

const FUNCTION_NAMES = ['Submit', 'Run', 'Deliver', 'Wake', 'TaskStatus', 'CompleteTask'] as const;
type FunctionName = (typeof FUNCTION_NAMES)[number];

function lambdaFunction(name: FunctionName, of = template): Record<string, unknown> {
  return resource('AWS::Lambda::Function', `Pipeline${name}Function`, of).Properties;
}

function environment(name: FunctionName, of = template): Record<string, unknown> {
  return (lambdaFunction(name, of).Environment as { Variables: Record<string, unknown> }).Variables;
}

/** A reference into the template as `{ Ref: … }` or `{ 'Fn::GetAtt': … }`, without CDK's hashes. */
const ref = (idPrefix: string) => ({ Ref: expect.stringMatching(new RegExp(`^${idPrefix}[0-9A-F]{8}$`)) });
const attribute = (idPrefix: string, name: string) => ({
  'Fn::GetAtt': [expect.stringMatching(new RegExp(`^${idPrefix}[0-9A-F]{8}$`)), name],
});

const LEDGER = 'PipelineLedgerTable';
const TASKS = 'PipelineTasksQueue';
const CALLBACKS = 'PipelineCallbacksQueue';
const DEAD_LETTERS = 'PipelineDeadLettersQueue';
const SECRET = 'PipelineMasterSecret';
const API = 'PipelineApiHttpApi';

describe('the functions', () => {
  test('are six, all on Node 24 and arm64', () => {
    expect(Object.keys(resources('AWS::Lambda::Function'))).toHaveLength(6);
    for (const name of FUNCTION_NAMES) {
      expect(lambdaFunction(name)).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN' },
      });
    }
  });

  test.each([
    ['Submit', 10, 256],
    ['Run', 70, 512],
    ['Deliver', 30, 256],
    ['Wake', 60, 512],
    ['TaskStatus', 10, 256],
  ] as const)('%s has %i s and %i MB', (name, Timeout, MemorySize) => {
    expect(lambdaFunction(name)).toMatchObject({ Timeout, MemorySize });
  });

  test("have none of the account's concurrency reserved: small accounts have none to give", () => {
    for (const name of FUNCTION_NAMES)
      expect(lambdaFunction(name)).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  test.each(FUNCTION_NAMES)('%s writes to a log group of its own, kept for 30 days', (name) => {
    expect(lambdaFunction(name).LoggingConfig).toMatchObject({ LogGroup: ref(`Pipeline${name}Logs`) });
    expect(resource('AWS::Logs::LogGroup', `Pipeline${name}Logs`).Properties).toEqual({
      RetentionInDays: 30,
    });
  });

  test('submit knows', () => {
    expect(environment('Submit')).toEqual({
      AUTH: 'iam',
      LEDGER_TABLE: ref(LEDGER),
      TASKS_QUEUE_URL: ref(TASKS),
      API_URL: attribute(API, 'ApiEndpoint'),
      CALLBACK_FORMAT: 'task',
      ALLOWED_CALLBACK_HOSTS: '*',
      MAX_RUNS: '3',
      DELIVERY_DEADLINE_SECONDS: '259200',
      RETENTION_SECONDS: '2592000',
    });
  });

  test('run knows', () => {
    expect(environment('Run')).toEqual({
      LEDGER_TABLE: ref(LEDGER),
      TASKS_QUEUE_URL: ref(TASKS),
      CALLBACKS_QUEUE_URL: ref(CALLBACKS),
      API_URL: attribute(API, 'ApiEndpoint'),
      MAX_RUNS: '3',
      RUN_TIMEOUT_SECONDS: '60',
      MAX_RECEIVE_COUNT: '8',
      METRICS_NAMESPACE: 'CallbackCompletion/Pipeline',
      DELIVERY_DEADLINE_SECONDS: '259200',
      RETENTION_SECONDS: '2592000',
    });
  });

  test('deliver knows', () => {
    expect(environment('Deliver')).toEqual({
      LEDGER_TABLE: ref(LEDGER),
      TASKS_QUEUE_URL: ref(TASKS),
      CALLBACKS_QUEUE_URL: ref(CALLBACKS),
      DEAD_LETTER_QUEUE_URL: ref(DEAD_LETTERS),
      MASTER_SECRET_ARN: ref(SECRET),
      UV_THREADPOOL_SIZE: '64',
      API_URL: attribute(API, 'ApiEndpoint'),
      RETRY_SCHEDULE_SECONDS: '5,300,1800,7200,18000,36000,50400,72000,86400',
      MAX_RECEIVE_COUNT: '10',
      METRICS_NAMESPACE: 'CallbackCompletion/Pipeline',
      ALLOWED_CALLBACK_HOSTS: '*',
      DELIVERY_DEADLINE_SECONDS: '259200',
      CALLBACK_TIMEOUT_SECONDS: '15',
      RETENTION_SECONDS: '2592000',
    });
  });

  test('wake knows', () => {
    expect(environment('Wake')).toEqual({
      LEDGER_TABLE: ref(LEDGER),
      TASKS_QUEUE_URL: ref(TASKS),
      CALLBACKS_QUEUE_URL: ref(CALLBACKS),
      METRICS_NAMESPACE: 'CallbackCompletion/Pipeline',
    });
  });

  test('task-status knows', () => {
    expect(environment('TaskStatus')).toEqual({
      AUTH: 'iam',
      LEDGER_TABLE: ref(LEDGER),
    });
  });

  test('complete-task knows', () => {
    expect(environment('CompleteTask')).toEqual({
      AUTH: 'iam',
      LEDGER_TABLE: ref(LEDGER),
      CALLBACKS_QUEUE_URL: ref(CALLBACKS),
      DELIVERY_DEADLINE_SECONDS: '259200',
      RETENTION_SECONDS: '2592000',
    });
  });
});

describe('the roles', () => {
  /** What a role allows, `actions → resource, partition keys`, in the order of the policy. */
  function allowed(name: FunctionName): unknown[][] {
    const { PolicyDocument } = resource('AWS::IAM::Policy', `Pipeline${name}Role`).Properties;
    const { Statement } = PolicyDocument as {
      Statement: {
        Effect: string;
        Action: unknown;
        Resource: unknown;
        Condition?: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': string[] } };
      }[];
    };
    return Statement.map(({ Effect, Action, Resource, Condition }) => {
      expect(Effect).toBe('Allow');
      const keys = Condition?.['ForAllValues:StringLike']['dynamodb:LeadingKeys'];
      return keys === undefined ? [Action, Resource] : [Action, Resource, ...keys];
    });
  }
  const logs = (name: FunctionName) => [
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
    attribute(`Pipeline${name}Logs`, 'Arn'),
  ];
  const consume = [
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:ReceiveMessage',
  ];

  test('are one for each function, for Lambda alone, with nothing but its own policy', () => {
    expect(Object.keys(resources('AWS::IAM::Role'))).toHaveLength(6);
    expect(Object.keys(resources('AWS::IAM::Policy'))).toHaveLength(6);
    for (const name of FUNCTION_NAMES) {
      const role = resource('AWS::IAM::Role', `Pipeline${name}Role`).Properties;
      expect(Object.keys(role)).toEqual(['AssumeRolePolicyDocument', 'Description']);
      expect(role.AssumeRolePolicyDocument).toMatchObject({
        Statement: [{ Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
      });
      expect(lambdaFunction(name).Role).toEqual(attribute(`Pipeline${name}Role`, 'Arn'));
    }
  });

  test('submit may', () => {
    expect(allowed('Submit')).toEqual([
      logs('Submit'),
      [
        ['dynamodb:BatchWriteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        attribute(LEDGER, 'Arn'),
        'task#*',
      ],
      ['dynamodb:PutItem', attribute(LEDGER, 'Arn'), 'timer#*'],
      ['sqs:SendMessage', attribute(TASKS, 'Arn')],
    ]);
  });

  test('run may', () => {
    expect(allowed('Run')).toEqual([
      logs('Run'),
      [consume, attribute(TASKS, 'Arn')],
      [['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], attribute(LEDGER, 'Arn'), 'task#*'],
      ['dynamodb:PutItem', attribute(LEDGER, 'Arn'), 'timer#*'],
      ['sqs:SendMessage', attribute(CALLBACKS, 'Arn')],
    ]);
  });

  test('deliver may, and alone may read the master secret', () => {
    expect(allowed('Deliver')).toEqual([
      logs('Deliver'),
      [[...consume, 'sqs:SendMessage'], attribute(CALLBACKS, 'Arn')],
      [
        ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
        attribute(LEDGER, 'Arn'),
        'task#*',
      ],
      ['dynamodb:PutItem', attribute(LEDGER, 'Arn'), 'timer#*'],
      [['dynamodb:DeleteItem', 'dynamodb:PutItem'], attribute(LEDGER, 'Arn'), 'dead#*'],
      [['dynamodb:PutItem', 'dynamodb:Query'], attribute(LEDGER, 'Arn'), 'hangs'],
      ['sqs:SendMessage', [attribute(DEAD_LETTERS, 'Arn'), attribute(TASKS, 'Arn')]],
      ['secretsmanager:GetSecretValue', ref(SECRET)],
    ]);
  });

  test('wake may', () => {
    expect(allowed('Wake')).toEqual([
      logs('Wake'),
      [['dynamodb:BatchWriteItem', 'dynamodb:Query'], attribute(LEDGER, 'Arn'), 'timer#*'],
      ['sqs:SendMessage', [attribute(CALLBACKS, 'Arn'), attribute(TASKS, 'Arn')]],
    ]);
  });

  test('task-status may', () => {
    expect(allowed('TaskStatus')).toEqual([
      logs('TaskStatus'),
      ['dynamodb:GetItem', attribute(LEDGER, 'Arn'), 'task#*'],
    ]);
  });

  test('complete-task may', () => {
    expect(allowed('CompleteTask')).toEqual([
      logs('CompleteTask'),
      [['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], attribute(LEDGER, 'Arn'), 'task#*'],
      ['dynamodb:PutItem', attribute(LEDGER, 'Arn'), 'timer#*'],
      ['dynamodb:DeleteItem', attribute(LEDGER, 'Arn'), 'dead#*'],
      ['sqs:SendMessage', attribute(CALLBACKS, 'Arn')],
    ]);
  });
});

describe('the queues', () => {
  const queue = (name: string, of = template) =>
    resource('AWS::SQS::Queue', `Pipeline${name}Queue`, of).Properties;

  test("the tasks queue hides a message for run's timeout and 60 s, and gives up after maxRuns + 5 receives", () => {
    expect(queue('Tasks')).toEqual({
      VisibilityTimeout: 130,
      MessageRetentionPeriod: 345_600,
      SqsManagedSseEnabled: true,
      RedrivePolicy: { deadLetterTargetArn: attribute(DEAD_LETTERS, 'Arn'), maxReceiveCount: 8 },
    });
  });

  test('the tasks queue allows a run of each task of a batch to crash them all, up to the 1,000 receives of SQS', () => {
    const receives = (props: Record<string, string>) =>
      queue('Tasks', synthesize(props)).RedrivePolicy as { maxReceiveCount: number };

    expect(receives({ maxRuns: '3', runBatchSize: '10' }).maxReceiveCount).toBe(35);
    expect(receives({ maxRuns: '100', runBatchSize: '10' }).maxReceiveCount).toBe(1_000);
  });

  test("the callbacks queue hides a message for six times deliver's timeout, and gives up after 10 receives", () => {
    expect(queue('Callbacks')).toEqual({
      VisibilityTimeout: 180,
      MessageRetentionPeriod: 345_600,
      SqsManagedSseEnabled: true,
      RedrivePolicy: { deadLetterTargetArn: attribute(DEAD_LETTERS, 'Arn'), maxReceiveCount: 10 },
    });
  });

  test('there is one dead-letter queue, which keeps its messages for 14 days', () => {
    expect(queue('DeadLetters')).toEqual({ MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true });
    expect(Object.keys(resources('AWS::SQS::Queue'))).toHaveLength(3);
  });

  test.each(['Tasks', 'Callbacks', 'DeadLetters'])('%s refuses whoever comes without TLS', (name) => {
    expect(resource('AWS::SQS::QueuePolicy', `Pipeline${name}Queue`).Properties).toMatchObject({
      Queues: [ref(`Pipeline${name}Queue`)],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Deny',
            Action: 'sqs:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  test('feed run one task at a time and deliver up to ten callbacks, and hear which of them failed', () => {
    expect(resource('AWS::Lambda::EventSourceMapping', 'PipelineTasksFeed').Properties).toEqual({
      EventSourceArn: attribute(TASKS, 'Arn'),
      FunctionName: ref('PipelineRunFunction'),
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 10 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(resource('AWS::Lambda::EventSourceMapping', 'PipelineCallbacksFeed').Properties).toEqual({
      EventSourceArn: attribute(CALLBACKS, 'Arn'),
      FunctionName: ref('PipelineDeliverFunction'),
      BatchSize: 10,
      ScalingConfig: { MaximumConcurrency: 20 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', 2);
  });
});

describe('the ledger', () => {
  test('is one table without indexes, billed per request, restorable, that forgets what has expired', () => {
    template.resourceCountIs('AWS::DynamoDB::Table', 1);
    expect(resource('AWS::DynamoDB::Table', LEDGER)).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
    expect(resource('AWS::DynamoDB::Table', LEDGER).Properties).toEqual({
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
    });
  });
});

describe('the master secret', () => {
  test('is 64 random letters and digits under `current`, and outlives the stack', () => {
    const secret = resource('AWS::SecretsManager::Secret', SECRET);

    expect(secret.DeletionPolicy).toBe('Retain');
    expect(secret.Properties.GenerateSecretString).toEqual({
      SecretStringTemplate: '{}',
      GenerateStringKey: 'current',
      PasswordLength: 64,
      ExcludePunctuation: true,
    });
  });
});

describe('the clock', () => {
  test('invokes wake every minute, and nobody tries a failed tick again', () => {
    expect(resource('AWS::Events::Rule', 'PipelineClockRule').Properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [
        {
          Arn: attribute('PipelineWakeFunction', 'Arn'),
          RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
        },
      ],
    });
    expect(resource('AWS::Lambda::EventInvokeConfig', 'PipelineWakeFunction').Properties).toEqual({
      FunctionName: ref('PipelineWakeFunction'),
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });
});

describe('the API', () => {
  const routes = Object.values(resources('AWS::ApiGatewayV2::Route')).map(({ Properties }) => Properties);

  test('has these routes and no other', () => {
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual([
      'DELETE /api/tasks/{task_id}',
      'GET /api/health',
      'GET /api/openapi.json',
      'GET /api/tasks/{task_id}',
      'GET /api/tasks/{task_id}/result',
      'POST /api/tasks',
      'POST /api/tasks/batch',
      'POST /api/tasks/{task_id}/completion',
      'POST /api/tasks/{task_id}/replay',
    ]);
  });

  test('asks for AWS credentials on every one of them, health included', () => {
    expect(routes.map(({ AuthorizationType }) => AuthorizationType)).toEqual(routes.map(() => 'AWS_IAM'));
  });

  test('hands each route to the function that serves it, as payload 2.0', () => {
    const integrations = resources('AWS::ApiGatewayV2::Integration');
    const served = routes.map(({ RouteKey, Target }) => {
      const id = /"Ref":"(\w+)"/.exec(JSON.stringify(Target))?.[1] ?? '';
      const { IntegrationType, IntegrationUri, PayloadFormatVersion } = integrations[id]?.Properties ?? {};
      expect([IntegrationType, PayloadFormatVersion]).toEqual(['AWS_PROXY', '2.0']);
      return [RouteKey, /Pipeline(\w+)Function/.exec(JSON.stringify(IntegrationUri))?.[1]];
    });
    expect(Object.fromEntries(served)).toEqual({
      'POST /api/tasks': 'Submit',
      'POST /api/tasks/batch': 'Submit',
      'GET /api/tasks/{task_id}': 'TaskStatus',
      'GET /api/tasks/{task_id}/result': 'TaskStatus',
      'GET /api/health': 'TaskStatus',
      'GET /api/openapi.json': 'TaskStatus',
      'POST /api/tasks/{task_id}/completion': 'CompleteTask',
      'POST /api/tasks/{task_id}/replay': 'CompleteTask',
      'DELETE /api/tasks/{task_id}': 'CompleteTask',
    });
  });

  test('is deployed as it stands, at the root', () => {
    // Under the logical id of CDK's own default stage: a stack that has that one keeps it.
    expect(resource('AWS::ApiGatewayV2::Stage', 'PipelineApiHttpApiDefaultStage').Properties).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 1_000, ThrottlingBurstLimit: 2_000 },
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      ProtocolType: 'HTTP',
      Name: 'CallbackCompletion',
    });
  });
});

test('the outputs are three for people, and one of the construct for the tools', () => {
  const values = Object.entries(template.findOutputs('*')).map(([name, { Value }]) => [name, Value]);

  expect(Object.fromEntries(values)).toEqual({
    AlarmTopicArn: ref('PipelineAlarmTopic'),
    ApiUrl: attribute(API, 'ApiEndpoint'),
    DashboardName: ref('PipelineDashboard'),
    CallbackCompletionOutputsPipeline5F19471F: expect.anything(),
  });
});

describe('with settings of its own', () => {
  const short = synthesize({
    retrySchedule: '1s,2m',
    deliveryDeadline: '5m',
    maxRuns: '1',
    runTimeout: '10m',
    runBatchSize: '7',
    runMemory: '3008',
    runConcurrency: '2',
    deliverConcurrency: '50',
    retention: '1d',
    logRetentionDays: '7',
    callbackFormat: 'beam-v2',
    allowedCallbackCidrs: '127.0.0.0/8,::1/128',
    allowedCallbackHosts: 'Hooks.example.com,*.example.org',
    removalPolicy: 'destroy',
  });

  test('run gets its time and memory, and its queue waits for it', () => {
    expect(lambdaFunction('Run', short)).toMatchObject({ Timeout: 610, MemorySize: 3_008 });
    short.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 670,
      // A crash costs each task of its batch a receive: one run for each of seven tasks, and five.
      RedrivePolicy: Match.objectLike({ maxReceiveCount: 12 }),
    });
    expect(environment('Run', short)).toMatchObject({
      MAX_RUNS: '1',
      MAX_RECEIVE_COUNT: '12',
      // A seventh of ten minutes: its tasks run one after another.
      RUN_TIMEOUT_SECONDS: '85',
    });
    const feed = resource('AWS::Lambda::EventSourceMapping', 'PipelineTasksFeed', short);
    expect(feed.Properties).toMatchObject({ BatchSize: 7 });
  });

  test('deliver gets the schedule, and with submit the deadline, the retention and the receivers', () => {
    const shared = {
      DELIVERY_DEADLINE_SECONDS: '300',
      RETENTION_SECONDS: '86400',
      ALLOWED_CALLBACK_CIDRS: '127.0.0.0/8,::1/128',
      ALLOWED_CALLBACK_HOSTS: 'hooks.example.com,*.example.org',
    };

    expect(environment('Deliver', short)).toMatchObject({ ...shared, RETRY_SCHEDULE_SECONDS: '1,120' });
    expect(environment('Submit', short)).toMatchObject({ ...shared, CALLBACK_FORMAT: 'beam-v2' });
  });

  test('the mappings get the concurrency', () => {
    for (const MaximumConcurrency of [2, 50]) {
      short.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
        ScalingConfig: { MaximumConcurrency },
      });
    }
  });

  test('the ledger and the secret go with the stack, the logs sooner', () => {
    expect(resource('AWS::DynamoDB::Table', LEDGER, short).DeletionPolicy).toBe('Delete');
    expect(resource('AWS::SecretsManager::Secret', SECRET, short).DeletionPolicy).toBe('Delete');
    short.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });
});
