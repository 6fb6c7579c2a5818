import { Duration } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../lambda/contract/variables.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms.ts';
import { TaskApi } from './api.ts';
import type { CallbackCompletionProps } from './callback-completion-props.ts';
import { Dashboard } from './dashboard.ts';
import { LedgerTable } from './ledger-table.ts';
import { withLocalSettings } from './local-settings.ts';
import { MasterSecret } from './master-secret.ts';
import { deployedName } from './metrics.ts';
import { MinuteClock } from './minute-clock.ts';
import { PipelineCode } from './pipeline-code.ts';
import { writeOutput } from './pipeline-output.ts';
import { DeadLetterQueue, PipelineQueue } from './pipeline-queue.ts';
import { type PipelineSettings, pipelineSettings } from './pipeline-settings.ts';
import { refuseSecondCopies } from './refuse-second-copies.ts';
import { markResources } from './resource-marks.ts';
import { settingVariables } from './setting-variables.ts';
import { Stage, type StageProps } from './stage.ts';
import { Work } from './work.ts';

const ARCHITECTURES = { arm64: Architecture.ARM_64, x86_64: Architecture.X86_64 } as const;

/**
 * What the run function's timeout has beyond the work's: time to end the work, store its outcome and send the
 * callback's message, with a retry or two by the SDK.
 */
const OUTCOME_MARGIN_SECONDS = 10;

/**
 * Past the run function's timeout, how long its message stays hidden. AWS's rule of six times the timeout would
 * make a crash wait an hour and a half; here an early redelivery is harmless, for the lease in the ledger holds.
 */
const RUN_VISIBILITY_MARGIN_SECONDS = 60;

/** AWS's rule for a queue that feeds a function. */
const DELIVER_VISIBILITY_FACTOR = 6;

/** A task's message is also received by invocations that only find out that its lease still holds. */
const TASK_RECEIVES_BESIDES_RUNS = 5;

/** SQS lets no message be received more often before it is a dead letter. */
const MOST_RECEIVES = 1_000;

const CALLBACK_RECEIVES = 10;

/**
 * Node looks names up in a pool of threads, four unless told otherwise, and a look-up that has timed out keeps its
 * thread until the system gives up. So a few names whose DNS never answers would hold up everybody's callbacks.
 */
const LOOK_UPS_AT_ONCE = 64;

/**
 * Accepts tasks over HTTP, runs them in the background, and delivers each outcome as a signed HTTP POST.
 *
 * ```
 * api ─▶ submit ─▶ tasks queue ─▶ run ─▶ callbacks queue ─▶ deliver ─▶ the task's callback URL
 * ```
 *
 * All stages share the ledger; `wake` sends a message for every timer in it that is due; what no stage can
 * finish ends in the dead-letter queue.
 */
export class CallbackCompletion extends Construct {
  readonly api: TaskApi;
  readonly tasks: PipelineQueue;
  readonly callbacks: PipelineQueue;
  readonly deadLetters: DeadLetterQueue;
  readonly ledger: LedgerTable;
  readonly masterSecret: MasterSecret;
  /** The work: what it may do, and what it finds in its environment. */
  readonly work: Work;
  /** The CloudWatch namespace of the functions' own metrics. */
  readonly metricsNamespace: string;
  /** Where alarms are told; undefined with `alarms: false`. */
  readonly alarmTopic: AlarmTopic | undefined;
  /** Undefined with `dashboard: false`. */
  readonly dashboard: Dashboard | undefined;

  constructor(scope: Construct, id: string, props: CallbackCompletionProps = {}) {
    super(scope, id);
    refuseSecondCopies(scope);
    const settings = pipelineSettings(withLocalSettings(this.node, props));
    const code = new PipelineCode(this, settings);

    // The functions, in the order a task meets them.
    const submit = this.#stage(code, 'Submit', settings, {
      folder: 'submit',
      description: 'Accepts a task: checks it, records it, puts it on the tasks queue',
      timeout: Duration.seconds(10),
      memoryMegabytes: 256,
    });
    const run = this.#stage(code, 'Run', settings, {
      folder: 'run',
      description: "Runs a task's work, stores its outcome, puts it on the callbacks queue",
      timeout: Duration.seconds(settings.runTimeoutSeconds + OUTCOME_MARGIN_SECONDS),
      memoryMegabytes: settings.runMemoryMegabytes,
      network: settings.runNetwork,
    });
    const deliver = this.#stage(code, 'Deliver', settings, {
      folder: 'deliver',
      description: 'Posts an outcome to its callback URL, and tries again or gives up',
      timeout: Duration.seconds(30),
      memoryMegabytes: 256,
      network: settings.deliverNetwork,
      // The delivery deadline ends each chain.
      feedsItself: true,
    });
    const wake = this.#stage(code, 'Wake', settings, {
      folder: 'wake',
      description: 'Sends a message for every timer that is due',
      timeout: Duration.seconds(60),
      memoryMegabytes: 512,
    });
    const taskStatus = this.#stage(code, 'TaskStatus', settings, {
      folder: 'task-status',
      description: 'Answers how a task stands, with its result once it has one',
      timeout: Duration.seconds(10),
      memoryMegabytes: 256,
    });
    const completeTask = this.#stage(code, 'CompleteTask', settings, {
      folder: 'complete-task',
      description: 'Settles work done elsewhere, cancels what is not begun, sends a callback again',
      timeout: Duration.seconds(10),
      memoryMegabytes: 256,
    });

    const authorize =
      settings.auth.kind === 'api-key'
        ? this.#stage(code, 'Authorize', settings, {
            folder: 'authorize',
            description: 'Tells API Gateway whose key a request carries',
            // API Gateway waits no longer.
            timeout: Duration.seconds(10),
            memoryMegabytes: 256,
          })
        : undefined;

    // What lies between them.
    this.api = new TaskApi(this, 'Api', {
      auth: settings.auth,
      authorize,
      submit,
      taskStatus,
      completeTask,
      corsOrigins: settings.corsOrigins,
      throttle: { rateLimit: settings.rateLimit, burstLimit: settings.rateBurst },
      accessLog: { retention: settings.logRetention, removalPolicy: settings.upkeepRemovalPolicy },
    });
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', {
      urlVariable: ENVIRONMENT.deadLetterQueueUrl,
      encryptionKey: settings.encryptionKey,
      removalPolicy: settings.upkeepRemovalPolicy,
    });
    this.tasks = new PipelineQueue(this, 'Tasks', {
      urlVariable: ENVIRONMENT.tasksQueueUrl,
      encryptionKey: settings.encryptionKey,
      removalPolicy: settings.upkeepRemovalPolicy,
      visibilityTimeout: run.timeout.plus(Duration.seconds(RUN_VISIBILITY_MARGIN_SECONDS)),
      maxReceiveCount: taskReceives(settings),
      deadLetterQueue: this.deadLetters,
    });
    this.callbacks = new PipelineQueue(this, 'Callbacks', {
      urlVariable: ENVIRONMENT.callbacksQueueUrl,
      encryptionKey: settings.encryptionKey,
      removalPolicy: settings.upkeepRemovalPolicy,
      visibilityTimeout: Duration.seconds(deliver.timeout.toSeconds() * DELIVER_VISIBILITY_FACTOR),
      maxReceiveCount: CALLBACK_RECEIVES,
      deadLetterQueue: this.deadLetters,
    });
    this.ledger = new LedgerTable(this, 'Ledger', {
      removalPolicy: settings.removalPolicy,
      deletionProtection: settings.protected,
      encryptionKey: settings.encryptionKey,
    });
    this.masterSecret = new MasterSecret(this, 'MasterSecret', {
      removalPolicy: settings.removalPolicy,
      encryptionKey: settings.encryptionKey,
    });

    // submit
    this.ledger.usedBy(submit, {
      tasks: ['GetItem', 'PutItem', 'UpdateItem', 'BatchWriteItem'],
      timers: ['PutItem'],
    });
    this.tasks.sentToBy(submit);
    this.api.knownTo(submit);

    // run
    this.tasks.feeds(run, { batchSize: settings.runBatchSize, maxConcurrency: settings.runConcurrency });
    this.ledger.usedBy(run, { tasks: ['GetItem', 'PutItem', 'UpdateItem'], timers: ['PutItem'] });
    this.callbacks.sentToBy(run);
    this.api.knownTo(run);

    // deliver
    this.callbacks.feeds(deliver, { batchSize: 10, maxConcurrency: settings.deliverConcurrency });
    this.ledger.usedBy(deliver, {
      tasks: ['GetItem', 'BatchGetItem', 'UpdateItem'],
      timers: ['PutItem'],
      dead: ['PutItem', 'DeleteItem'],
      hangs: ['PutItem', 'Query'],
    });
    this.tasks.sentToBy(deliver);
    this.callbacks.sentToBy(deliver);
    this.deadLetters.sentToBy(deliver);
    this.masterSecret.readBy(deliver);
    this.api.knownTo(deliver);
    deliver.set(ENVIRONMENT.threadPoolSize, String(LOOK_UPS_AT_ONCE));

    // wake
    new MinuteClock(this, 'Clock', wake);
    this.ledger.usedBy(wake, { timers: ['Query', 'BatchWriteItem'] });
    this.tasks.sentToBy(wake);
    this.callbacks.sentToBy(wake);

    // task-status
    this.ledger.usedBy(taskStatus, { tasks: ['GetItem'] });

    // authorize
    if (authorize !== undefined) this.ledger.usedBy(authorize, { apiKeys: ['GetItem'] });

    // complete-task
    this.ledger.usedBy(completeTask, {
      tasks: ['GetItem', 'PutItem', 'UpdateItem'],
      timers: ['PutItem'],
      dead: ['DeleteItem'],
    });
    this.callbacks.sentToBy(completeTask);

    this.work = new Work(run.function, this.masterSecret.secret);

    // What people see of it.
    this.metricsNamespace = deployedName(this, '/');
    for (const counting of [run, deliver, wake]) {
      counting.set(ENVIRONMENT.metricsNamespace, this.metricsNamespace);
    }
    const { api, tasks, callbacks, deadLetters, metricsNamespace } = this;
    const watched = { api, submit, tasks, run, callbacks, deliver, wake, deadLetters, metricsNamespace };
    const { alarms, dashboard } = settings.watch;
    if (alarms !== undefined) {
      this.alarmTopic = new AlarmTopic(this, 'AlarmTopic', { email: alarms.email });
      new Alarms(this, 'Alarms', {
        pipeline: watched,
        topic: this.alarmTopic,
        runbookUrl: alarms.runbookUrl,
      });
    }
    if (dashboard) this.dashboard = new Dashboard(this, 'Dashboard', watched);
    const name = deployedName(this, '/');
    markResources(this, name);
    writeOutput(this, {
      pipeline: name,
      api_url: this.api.url,
      auth: settings.auth.kind,
      ledger_table: this.ledger.table.tableName,
      tasks_queue_url: this.tasks.queue.queueUrl,
      callbacks_queue_url: this.callbacks.queue.queueUrl,
      dead_letter_queue_url: this.deadLetters.queue.queueUrl,
      master_secret_arn: this.masterSecret.secret.secretArn,
      metrics_namespace: this.metricsNamespace,
      delivery_deadline_seconds: settings.deliveryDeadlineSeconds,
      retention_seconds: settings.retentionSeconds,
    });
  }

  /** With `auth: 'iam'`, lets a role or user of this account submit tasks and read its own. */
  grantUse(grantee: IGrantable): void {
    this.api.grantUse(grantee);
  }

  #stage(
    code: PipelineCode,
    id: string,
    settings: PipelineSettings,
    props: Omit<StageProps, 'code' | 'architecture' | 'logRetention' | 'logRemovalPolicy'>,
  ): Stage {
    const stage = new Stage(this, id, {
      ...props,
      code: code.of(props.folder),
      architecture: ARCHITECTURES[settings.architecture],
      logRetention: settings.logRetention,
      logRemovalPolicy: settings.upkeepRemovalPolicy,
    });
    for (const [variable, value] of settingVariables(props.folder, settings)) stage.set(variable, value);
    return stage;
  }
}

/** Where work crashes the function, each task of its batch loses a receive and that task alone a run. */
function taskReceives({ maxRuns, runBatchSize }: PipelineSettings): number {
  return Math.min(maxRuns * runBatchSize + TASK_RECEIVES_BESIDES_RUNS, MOST_RECEIVES);
}
