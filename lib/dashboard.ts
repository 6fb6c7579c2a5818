import {
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  Row,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { attemptsFailed, callbackSuccess, ownMetric, PERIOD, type WatchedPipeline } from './metrics.ts';
import type { Stage } from './stage.ts';

/** In the dashboard's own units. */
const FULL_WIDTH = 24;
const LABEL_WIDTH = 4;
const ROW_HEIGHT = 5;

const PICTURE = `\`\`\`
client ─POST─▶ submit ─▶ [tasks queue] ─▶ run ─▶ [callbacks queue] ─▶ deliver ─POST─▶ receiver
                                                        ▲                │
                                                        └───── wake ◀────┤ a long wait
                                                          dead letters ◀─┘ given up
\`\`\``;

/** The pipeline's picture in CloudWatch: a row for each stage, in the order a task meets them. */
export class Dashboard extends Construct {
  readonly dashboard: CloudWatchDashboard;

  constructor(scope: Construct, id: string, pipeline: WatchedPipeline) {
    super(scope, id);
    this.dashboard = new CloudWatchDashboard(this, 'Dashboard');
    this.dashboard.addWidgets(new TextWidget({ markdown: PICTURE, width: FULL_WIDTH, height: 4 }));
    for (const row of rowsOf(pipeline)) this.dashboard.addWidgets(row);
  }
}

function rowsOf(pipeline: WatchedPipeline): Row[] {
  const { api, submit, tasks, run, callbacks, deliver, wake, deadLetters } = pipeline;
  const own = ownMetric.bind(undefined, pipeline);
  const sum = { statistic: 'Sum' };
  return [
    row(
      '**API** and **submit**: tasks come in',
      graph('requests', [
        api.metric('Count', { statistic: 'SampleCount', label: 'all' }),
        api.metric('4xx', { ...sum, label: '4xx' }),
        api.metric('5xx', { ...sum, label: '5xx' }),
      ]),
      graph('answers take, ms', [
        api.metric('Latency', { statistic: 'p50', label: 'p50' }),
        api.metric('Latency', { statistic: 'p99', label: 'p99' }),
      ]),
      functionGraph(submit),
    ),
    row('**Tasks queue**: work that waits', ...queueGraphs(tasks.queue)),
    row(
      '**Run**: the work',
      graph('a run takes, ms', durations(run)),
      graph('at once', [concurrency(run)]),
      functionGraph(run),
    ),
    row('**Callbacks queue**: callbacks that wait', ...queueGraphs(callbacks.queue)),
    row(
      '**Deliver**: callbacks go out',
      graph('attempts', [own('CallbackSuccess', 'Sum', 'delivered'), attemptsFailed(pipeline)]),
      graph('answered 2xx, %', [callbackSuccess(pipeline, 1)]),
      graph('from outcome to delivery, ms', [
        own('CallbackLatencyMs', 'p50', 'p50'),
        own('CallbackLatencyMs', 'p95', 'p95'),
      ]),
      functionGraph(deliver),
    ),
    row(
      '**Wake** and what went wrong: timers, faults, **dead letters**',
      functionGraph(wake),
      graph('faults', [
        own('MessagesFailed', 'Sum', 'messages failed'),
        run.function.metric('RecursiveInvocationsDropped', { ...sum, label: 'dropped: run' }),
      ]),
      graph('oldest timer is overdue, s', [own('OldestOverdueTimerSeconds', 'Maximum', 'overdue')]),
      graph('dead letters', [
        deadLetters.queue.metricApproximateNumberOfMessagesVisible({
          statistic: 'Maximum',
          label: 'waiting',
        }),
      ]),
    ),
  ];
}

interface Graph {
  readonly title: string;
  readonly left: IMetric[];
}

function row(label: string, ...graphs: readonly Graph[]): Row {
  const width = Math.floor((FULL_WIDTH - LABEL_WIDTH) / graphs.length);
  const shape = { width, height: ROW_HEIGHT, period: PERIOD, leftYAxis: { min: 0, showUnits: false } };
  return new Row(
    new TextWidget({ markdown: label, width: LABEL_WIDTH, height: ROW_HEIGHT }),
    ...graphs.map((each) => new GraphWidget({ ...each, ...shape })),
  );
}

function graph(title: string, left: IMetric[]): Graph {
  return { title, left };
}

function queueGraphs(queue: Queue): Graph[] {
  const most = { statistic: 'Maximum' };
  return [
    graph('messages', [
      queue.metricApproximateNumberOfMessagesVisible({ ...most, label: 'waiting' }),
      queue.metricApproximateNumberOfMessagesNotVisible({ ...most, label: 'in flight' }),
      queue.metricApproximateNumberOfMessagesDelayed({ ...most, label: 'delayed' }),
    ]),
    graph('oldest, s', [queue.metricApproximateAgeOfOldestMessage({ ...most, label: 'oldest' })]),
    graph('came and went', [
      queue.metricNumberOfMessagesSent({ statistic: 'Sum', label: 'sent' }),
      queue.metricNumberOfMessagesDeleted({ statistic: 'Sum', label: 'done' }),
    ]),
  ];
}

function functionGraph({ function: fn }: Stage): Graph {
  return graph('invocations', [
    fn.metricInvocations({ label: 'all' }),
    fn.metricErrors({ label: 'errors' }),
    fn.metricThrottles({ label: 'throttled' }),
  ]);
}

function durations({ function: fn }: Stage): IMetric[] {
  return ['p50', 'p99'].map((statistic) => fn.metricDuration({ statistic, label: statistic }));
}

function concurrency({ function: fn }: Stage): IMetric {
  return fn.metric('ConcurrentExecutions', { statistic: 'Maximum', label: 'runs' });
}
